# Sourced with $root set. Sets $node to a Node that can run the sources (>= 22.18), or to nothing.
# The system's own is taken where it is new enough, else the one that scripts/setup fetched.
node=
system_node=$(command -v node || true)
if [ -n "$system_node" ]; then
  version=$("$system_node" --version 2>/dev/null || true)
  version=${version#v}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  case $major$minor in
    '' | *[!0-9]*) ;;
    *) if [ "$major" -gt 22 ] || { [ "$major" -eq 22 ] && [ "$minor" -ge 18 ]; }; then node=$system_node; fi ;;
  esac
fi
if [ -z "$node" ] && [ -x "$root/node_modules/.node/bin/node" ]; then
  node=$root/node_modules/.node/bin/node
fi
