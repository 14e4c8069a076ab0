#!/bin/sh
# build/epollux.wasm as the server tests call a host (test/helpers/other-host.js), in "wasmtime" or in
# "jco": what a component has no counterpart of is left out.
set -eu
cd "$(dirname "$0")/../../.."
host=$1
root=$2
shift 2
words=$#
while [ "$words" -gt 0 ]; do
  name=$1 value=$2
  shift 2
  words=$((words - 2))
  case $name in
    --grace-period | --defer-accept | --log-file | --log-buffer | --poller | --trigger) ;;
    *) set -- "$@" "$name" "$value" ;;
  esac
done
[ "$root" != --help ] || set -- --help
case $host in
  wasmtime) exec wasmtime run -S inherit-network --dir "$root::/" build/epollux.wasm "$@" ;;
  jco) exec node test/hosts/runtimes/jco-run.js "$root" "$@" ;;
esac
