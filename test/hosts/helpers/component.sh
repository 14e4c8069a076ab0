#!/bin/sh
# build/epollux.wasm as the server tests call a host (test/helpers/other-host.js), in "wasmtime" or in
# "jco": what a component has no counterpart of is left out.
set -eu
cd "$(dirname "$0")/../../.."
host=$1 root=.
shift
words=$#
while [ "$words" -gt 0 ]; do
  word=$1
  shift
  words=$((words - 1))
  case $word in
    --help) set -- "$@" "$word" ;;
    --*)
      value=$1
      shift
      words=$((words - 1))
      case $word in
        --grace-period | --defer-accept | --log-file | --log-buffer | --poller | --trigger) ;;
        *) set -- "$@" "$word" "$value" ;;
      esac
      ;;
    *) root=$word ;;
  esac
done
case $host in
  wasmtime) exec wasmtime run -S inherit-network --dir "$root::/" build/epollux.wasm "$@" ;;
  jco) exec node test/hosts/runtimes/jco-run.js "$root" "$@" ;;
esac
