#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# slurm/label.sbatch in a real Slurm on this machine: 200 short videos, 4 tasks on two nodes; one task is killed,
# one node drained. All outputs must be there, each video labelled once, and all be as one run alone makes them.
# slurm/train.sbatch: 4 tasks on both nodes; the job is requeued in the midst and goes on from its last epoch.
#
#   packaging/test_slurm.sh BUILD       as root; needs slurm-wlm and munge (Debian)
set -euo pipefail

build=$(readlink -f "${1:?usage: test_slurm.sh BUILD}")
root=$(dirname "$(dirname "$(readlink -f "$0")")")
dir=$(mktemp -d)
host=$(hostname -s)
export SLURM_CONF=$dir/slurm.conf FOVEA=$build/pipelines/cli/fovea FOVEA_MODEL_PATH=$root/models
export GST_PLUGIN_PATH_1_0=$build/gst-plugins GST_REGISTRY=$dir/registry GST_REGISTRY_FORK=no

finish() {
  scancel --full --name=fovea-label 2>/dev/null || true
  scancel --full --name=fovea-train 2>/dev/null || true
  for _ in $(seq 40); do # a step that outlives its slurmd stays for ever
    [ -n "$(squeue -h 2>/dev/null)" ] || break
    sleep 0.5
  done
  pkill -F "$dir/slurmd.n1.pid" 2>/dev/null || true
  pkill -F "$dir/slurmd.n2.pid" 2>/dev/null || true
  pkill -F "$dir/slurmctld.pid" 2>/dev/null || true
  [ -z "${KEEP:-}" ] || { echo "kept: $dir"; return; }
  for _ in $(seq 20); do # the daemons write until they end
    rm -rf "$dir" 2>/dev/null && return
    sleep 0.5
  done
}
trap finish EXIT
fail() {
  echo "FAILED: $*" >&2
  tail -n 5 "$dir"/*.log "$dir"/task* >&2 || true
  exit 1
}
# wait_for SECONDS COMMAND...: until it is true
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || fail "waited in vain: $*"
    sleep 1
  done
}

echo "a cluster of two nodes with 4 processors each, all on this machine"
cat > "$SLURM_CONF" <<EOF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmctldPort=17000
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool.%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
MinJobAge=3600
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17001 CPUs=4 RealMemory=1000
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17002 CPUs=4 RealMemory=1000
PartitionName=all Nodes=n1,n2 Default=YES State=UP
EOF
mkdir -p "$dir/state" "$dir/spool.n1" "$dir/spool.n2"
pgrep -x munged >/dev/null || { mkdir -p /run/munge && chown munge /run/munge && runuser -u munge -- munged; }
slurmctld
slurmd -N n1
slurmd -N n2
idle() { [ "$(sinfo -h -N -t idle -o %N | wc -l)" = 2 ]; }
wait_for 30 idle

gst-launch-1.0 -q videotestsrc pattern=ball num-buffers=60 ! video/x-raw,width=160,height=120,framerate=30/1 ! \
  x264enc ! mp4mux ! filesink location="$dir/v0.mp4"
for i in $(seq 200); do
  ln "$dir/v0.mp4" "$dir/v$i.mp4"
  echo "v$i.mp4"
done > "$dir/list.txt"
"$FOVEA" label --detector hog --out "$dir/alone" "$dir/v0.mp4" > /dev/null

sbatch -Q --array=0-3 --mem=0 --cpus-per-task=2 --output="$dir/task.%a" "$root/packaging/slurm/label.sbatch" \
  "$dir/list.txt" "$dir/out" --detector hog --lease 10
status() { "$FOVEA" label --list "$dir/list.txt" --claims "$dir/out/claims" --status "$@" | tail -n 1; }
some_done() {
  local count
  count=$(status 2> /dev/null | cut -d' ' -f1) || true # before the first claim there is nothing to tell
  [ "${count:-0}" -ge 20 ]
}
wait_for 120 some_done
echo "at $(status): one task is killed, node n2 drained"
pkill -KILL -o -f "label --list $dir/list.txt" || fail "no task to kill"
scontrol update NodeName=n2 State=DRAIN Reason=test
ended() { [ -z "$(squeue -h)" ]; }
wait_for 900 ended

[ "$(status)" = "200 done, 0 running, 0 left by dead runs, 0 failed, 0 waiting" ] || fail "$(status)"
for i in $(seq 200); do
  cmp "$dir/alone/v0.mp4.fovea/results.vtt" "$dir/out/v$i.mp4.fovea/results.vtt" || fail "v$i.mp4 differs"
done
# the killed task's video may have been finished and not yet told
labelled=$(cat "$dir"/task.* | grep -c -- '->') || true
[ "$labelled" -ge 199 ] && [ "$labelled" -le 201 ] || fail "$labelled videos labelled, not 200"
echo "labelled; now 4 tasks train, and are requeued in the midst"
scontrol update NodeName=n2 State=RESUME
wait_for 30 idle
for i in $(seq 6); do
  for of in moving still; do
    mkdir -p "$dir/clips/$of"
    pattern=$([ $of = moving ] && echo ball || echo smpte)
    gst-launch-1.0 -q videotestsrc pattern="$pattern" num-buffers=$((60 + i)) ! \
      video/x-raw,width=160,height=120,framerate=30/1 ! x264enc ! mp4mux ! filesink location="$dir/clips/$of/$i.mp4"
  done
done
epochs=40
history=$dir/net/training/history.jsonl
job=$(sbatch --parsable --ntasks=4 --nodes=2 --cpus-per-task=1 --mem=0 --output="$dir/train" "$root/packaging/slurm/train.sbatch" \
  "$dir/net" --list "$dir/clips" --recipe from-scratch --epochs $epochs --batch 8 --detector hog --cache "$dir/frames")
some_epochs() { [ "$(cat "$history" 2> /dev/null | wc -l)" -ge 3 ]; }
wait_for 120 some_epochs
scontrol requeue "$job"
wait_for 600 ended
[ "$(grep -c '4 processes train together' "$dir/train")" = 2 ] || fail "the job did not begin again: $(tail -n 3 "$dir/train")"
[ "$(grep -o '"epoch":[0-9]*' "$history" | cut -d: -f2 | tr '\n' ' ')" = "$(seq -s ' ' $epochs) " ] || fail "epochs: $(cat "$history")"
grep -q 'Test split' "$dir/net/card.json" || fail "no bundle with a measured test"
rm -r "$dir/net"
echo "requeued by itself before its time limit"
job=$(sbatch --parsable --ntasks=2 --cpus-per-task=1 --mem=0 --output="$dir/limit" "$root/packaging/slurm/train.sbatch" \
  "$dir/net" --list "$dir/clips" --recipe from-scratch --epochs 100000 --batch 8 --detector hog --cache "$dir/frames")
wait_for 120 some_epochs
scancel --signal=USR1 --batch "$job" # as Slurm does
again() { [ "$(grep -c '2 processes train together' "$dir/limit")" = 2 ]; }
wait_for 240 again # Slurm holds a requeued job for two minutes
scancel "$job"
grep -q 'stopped after [0-9]* of 100000 epochs' "$dir/limit" || fail "not stopped: $(tail -n 3 "$dir/limit")"
echo "passed: 200 videos, $labelled lines of labelled ones from $(ls "$dir"/task.* | wc -l) tasks; trained over a requeue and a time limit"
