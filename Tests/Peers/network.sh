#!/usr/bin/env bash
# Machines for mpirun on one machine: network namespaces with names and addresses of their own, joined by a bridge. What goes over the
# wires is counted by the kernel, and a wire can be made as slow as a real one. Needs root, iproute2 and Open MPI. Not a benchmark
# of networks: all machines share the processor.
#
#   network.sh up N              machines node1 ... nodeN, 10.77.0.1 ... 10.77.0.N
#   network.sh wire RATE         each machine sends at most RATE (1gbit); without RATE: as fast as the processor copies
#   network.sh run N COMMAND..   mpirun of N ranks, one a machine; then the bytes that each machine has sent
#   network.sh down
set -euo pipefail
net=10.77.0

# mpirun calls this with an address and a command, as it would call ssh.
if [ "${SYNTH_AGENT:-}" = 1 ]; then
  node=node${1##*.}
  shift
  exec ip netns exec "$node" unshare --uts sh -c "hostname $node && $*"
fi

sent() { ip netns exec "node$1" cat /sys/class/net/eth0/statistics/tx_bytes; }

case "${1:-}" in
  up)
    ip link add synth-bridge type bridge
    ip addr add "$net.254/24" dev synth-bridge
    ip link set synth-bridge up
    for i in $(seq "$2"); do
      ip netns add "node$i"
      ip link add "synth-$i" type veth peer name eth0 netns "node$i"
      ip link set "synth-$i" master synth-bridge up
      ip -n "node$i" addr add "$net.$i/24" dev eth0
      ip -n "node$i" link set eth0 up
      ip -n "node$i" link set lo up
    done
    ;;
  wire)
    for node in $(ip netns list | grep -o '^node[0-9]*'); do
      ip netns exec "$node" tc qdisc del dev eth0 root 2>/dev/null || true
      [ -z "${2:-}" ] || ip netns exec "$node" tc qdisc add dev eth0 root tbf rate "$2" burst 256kb latency 100ms
    done
    ;;
  run)
    count=$2
    shift 2
    declare -a before
    for i in $(seq "$count"); do before[i]=$(sent "$i"); done
    hosts=$(seq -s, -f "$net.%.0f" "$count")
    SYNTH_AGENT=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun -n "$count" --host "$hosts" \
      --bind-to none --map-by node --mca plm_rsh_agent "$(realpath "$0")" --mca oob_tcp_if_include "$net.0/24" \
      --mca btl tcp,self --mca btl_tcp_if_include "$net.0/24" -wdir "$PWD" "$@"
    for i in $(seq "$count"); do echo "node$i sent $(($(sent "$i") - before[i])) bytes" >&2; done
    ;;
  down)
    for node in $(ip netns list | grep -o '^node[0-9]*'); do ip netns del "$node"; done
    ip link del synth-bridge
    ;;
  *) sed -n '2,/^set/{/^# \{0,3\}/s/^# \{0,1\}//p}' "$0" >&2; exit 64 ;;
esac
