#!/usr/bin/env bash
# Try slurm.py on this machine alone: bash slurm_one_node.sh
#
# It starts a SLURM of one node in a temporary folder, runs a small study on two jobs of it, kills everything in the
# middle, gives the same command again and compares the table with that of threads. It takes some three minutes and
# leaves nothing behind; a SLURM that is there already is not touched.
#
# Needs apt-get install slurm-wlm munge (Debian, Ubuntu), and "twinhelix[cluster]" in the environment that is active.
# Whoever runs it needs no rights: all three daemons are theirs.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
room=$(mktemp -d)
port=${PORT:-16817} # and the next one
export PATH=$PATH:/usr/sbin SLURM_CONF=$room/slurm.conf
export TWINHELIX_CACHE=${TWINHELIX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/twinhelix}
export HOME=$room # where a scheduler that is killed leaves its credentials

clean_up() {
    set +e
    scancel --user="$(id -un)"
    for _ in {1..60}; do [ -z "$(squeue --noheader)" ] && break || sleep 0.5; done
    kill $(jobs -p)
    for _ in {1..20}; do [ -z "$(jobs -r)" ] && break || sleep 0.5; done
    kill -KILL $(jobs -p)
    cd / && rm -rf "$room"
}

start_slurm() {
    chmod 755 "$room" # munge wants a socket that everybody reaches, from / on
    mkdir "$room/state" "$room/spool"
    (umask 377 && head -c 128 /dev/urandom > "$room/munge.key")
    cat > "$SLURM_CONF" << CONF
ClusterName=one
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthInfo=socket=$room/munge.socket
StateSaveLocation=$room/state
SlurmdSpoolDir=$room/spool
SlurmctldPidFile=$room/slurmctld.pid
SlurmdPidFile=$room/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
$(slurmd -C | head -n 1) NodeAddr=127.0.0.1
PartitionName=normal Nodes=ALL Default=YES
CONF
    munged --foreground --socket="$room/munge.socket" --key-file="$room/munge.key" --seed-file="$room/munge.seed" \
        --pid-file="$room/munged.pid" 2> "$room/munged.log" &
    until [ -S "$room/munge.socket" ]; do kill -0 $! 2> /dev/null || { cat "$room/munged.log" && exit 1; }; sleep 0.1; done
    slurmctld -D 2> "$room/slurmctld.log" &
    slurmd -D 2> "$room/slurmd.log" &
    for _ in {1..60}; do srun --quiet true 2> "$room/srun.log" && return || sleep 0.5; done
    cat "$room"/*.log && exit 1
}

safe() { # how many runs are safe
    python -c 'import sqlite3
ledger = sqlite3.connect("file:cluster/trial/ledger.sqlite?mode=ro", uri=True)
print(*ledger.execute("SELECT count(*) FROM run").fetchone())' 2> /dev/null || echo 0
}

digest() { # of the table, from what a sweep says
    grep -oP '"table_digest": "\K\w+' "$1"
}

on_slurm=(python "$here/slurm.py" trial.toml --cores 1 --memory 2GB --jobs 2 --outputs cluster --json)

trap 'clean_up 2> /dev/null' EXIT
start_slurm
cd "$room"
cat > trial.toml << 'STUDY'
scenario = "iuc-asia"
months = 48
replicates = 1000
outcomes = ["pilots_ever", "mean_trust"]
[vary]
broker.capacity = [0, 4, 8]
STUDY

echo "On threads …"
twinhelix sweep trial.toml --outputs threads --json > threads.json

echo "On SLURM, killed in the middle …"
setsid "${on_slurm[@]}" > killed.json 2> killed.log &
until [ "$(safe)" -ge 500 ]; do
    kill -0 $! || { cat killed.log && exit 1; }
    sleep 0.5
done
squeue --format="job %i, %P, %t, %C core, %m"
{ kill -KILL -- -$! && wait $!; } 2> /dev/null || true
n=$(safe)
[ "$n" -lt 3000 ] || { echo "It was done before it was killed."; exit 1; }

echo "$n of 3000 runs are safe. The same command again …"
"${on_slurm[@]}" > resumed.json

echo "Tables: threads $(digest threads.json), SLURM $(digest resumed.json)"
[ "$(digest threads.json)" = "$(digest resumed.json)" ] && echo "They are the same."
