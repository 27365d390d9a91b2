# Reads Surefire's XML reports, all in one: prints the slowest tests, the failed ones, and those skipped
# with their reasons; with -v brief=1 only the closing line.
BEGIN { RS = "<" }

function attribute(name,   start, rest) {
  start = index($0, " " name "=\"")
  if (!start) return ""
  rest = substr($0, start + length(name) + 3)
  return text(substr(rest, 1, index(rest, "\"") - 1))
}

function text(s) {
  gsub(/&#10;|&#xA;/, " ", s); gsub(/&quot;/, "\"", s); gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s)
  gsub(/&apos;/, "'", s); gsub(/&amp;/, "\\&", s)
  return s
}

/^testcase / {
  tests++
  test = attribute("classname") "." attribute("name")
  sub(/^dev\.millrace\./, "", test)
  seconds = attribute("time"); gsub(/,/, "", seconds)
  took[test] += seconds
  ended = 0
}
# A test has one of these at most that counts; a rerun or a second error is the same test.
/^(failure|error)[ >]/ && !ended { ended = 1; failed[++failures] = test }
/^skipped[ >\/]/ && !ended {
  ended = 1
  skipped[++skips] = test ": " attribute("message")
  unsaid = attribute("message") == ""
}
# The reason may be the first line of a stack trace instead, behind the name of the exception.
/^!\[CDATA\[/ && unsaid {
  reason = substr($0, 9)
  sub(/\n.*/, "", reason)
  sub(/^[A-Za-z0-9_.$]*: /, "", reason)
  skipped[skips] = skipped[skips] reason
  unsaid = 0
}

END {
  if (!brief) {
    print ""
    print "The slowest tests:"
    for (i = 1; i <= 10; i++) {
      worst = ""
      for (t in took) if (worst == "" || took[t] > took[worst]) worst = t
      if (worst == "") break
      printf "  %6.1f s  %s\n", took[worst], worst
      delete took[worst]
    }
    if (failures) print "Failed:"
    for (i = 1; i <= failures; i++) print "  " failed[i]
    if (skips) print "Skipped:"
    for (i = 1; i <= skips; i++) print "  " skipped[i]
    print ""
  } else {
    line = (tests - failures - skips) " passed, " failures + 0 " failed"
    if (skips) line = line ", " skips " skipped"
    print line
  }
}
