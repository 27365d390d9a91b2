package dev.millrace.storage.coordination;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * All that was in a cluster under a prefix at one moment.
 *
 * @param revision of that moment
 */
record EtcdListing(long revision, List<KeyValue> entries) {
  /** Keys of one answer: values are small, but an answer may have no more than 4 MiB. */
  private static final int PAGE = 32;

  /**
   * Lists what begins so.
   *
   * @throws CoordinationException if there is no answer, or an error
   */
  static EtcdListing of(EtcdCalls calls, String prefix) {
    ByteSequence end = OptionsUtil.prefixEndOf(EtcdCalls.bytes(prefix));
    List<KeyValue> entries = new ArrayList<>();
    long revision = 0;
    for (ByteSequence from = EtcdCalls.bytes(prefix); ; ) {
      var option =
          GetOption.builder().withRange(end).withLimit(PAGE).withRevision(revision).build();
      var page = calls.await("list " + prefix, calls.client().getKVClient().get(from, option));
      entries.addAll(page.getKvs());
      revision = revision == 0 ? page.getHeader().getRevision() : revision;
      if (!page.isMore()) {
        return new EtcdListing(revision, entries);
      }
      from = entries.getLast().getKey().concat(ByteSequence.from(new byte[1]));
    }
  }
}
