package dev.millrace.launcher.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Columns of text, as wide as they need to be. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** Without rows, under these titles. */
  public Table(String... titles) {
    rows.add(List.of(titles));
  }

  /** Adds a row; a cell is shown in one line. */
  public void add(Object... cells) {
    rows.add(Arrays.stream(cells).map(String::valueOf).map(Table::oneLine).toList());
  }

  private static String oneLine(String text) {
    return text.chars().anyMatch(Character::isISOControl)
        ? text.replaceAll("\\p{Cntrl}", " ")
        : text;
  }

  /**
   * Prints all rows; the state words in their colour.
   *
   * @param state index of the column that holds states; -1 if none does
   */
  public void print(Screen screen, int... state) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = rows.get(r).get(i);
        int column = i;
        boolean coloured = r > 0 && Arrays.stream(state).anyMatch(s -> s == column);
        UnaryOperator<String> paint =
            r == 0
                ? text -> screen.in(Screen.Colour.FAINT, text)
                : coloured ? screen::state : UnaryOperator.identity();
        line.append(paint.apply(cell));
        if (i < columns - 1) {
          line.append(" ".repeat(widths[i] - cell.codePointCount(0, cell.length()) + 2));
        }
      }
      screen.out().println(line.toString().stripTrailing());
    }
  }
}
