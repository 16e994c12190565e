#!/bin/sh
# An executor in shell that follows the runs' protocol and knows nothing of Muster: sweep.sh FOLDER AGENT TOTAL
set -e
folder=$1 agent=$2 total=$3
mkdir -p "$folder/code" "$folder/results" "$folder/logs"
echo "$agent" > "$folder/.AGENT_ID"
printf 'PID=%s\r\nAGENT_ID = %s\r\nSTART_TIME=%s\r\nSTATUS=running\r\n' $$ "$agent" "$(date +%Y-%m-%dT%H:%M:%S)" > "$folder/.LOCK"
trap 'echo "stopped by a signal" > "$folder/logs/interrupted.txt"; exit 130' INT TERM
echo locked
n=0
while [ $n -lt "$total" ]; do
  n=$((n + 1))
  echo "{\"progress\": \"$n/$total\"}" >> "$folder/logs/progress.txt"
  [ $n -eq 2 ] && { echo waiting; while [ ! -e "$folder/../go" ]; do sleep 0.05; done; }
done
echo "All $total done." > "$folder/results/summary.md"
mv "$folder/.LOCK" "$folder/.DONE"
