#!/usr/bin/env bash
# What the README promises to somebody new, done as it is printed there: in an empty folder this repository is cloned (what is
# committed), the README's two commands are run and then the commands of its tour; any difference is a failure.
#
#   test/newcomer.sh                  all of it, `npm test` included: as long as that takes, and some minutes
#   test/newcomer.sh --without-tests  all but the command that has `npm test` in it, which itself runs this; what is
#                                     downloaded for the editor is lent to the clone
#   --patience MINUTES                when a step counts as hanging, which fails and is said (60; `npm test`: six times that)
#
# How README.md is read (test/newcomer/readme.mjs); nothing is copied from it:
# - The two commands are the first ```sh block. One with `npm start` has to say that it runs, has to answer at the address that
#   it prints, and has to end by itself and with nothing left when it is interrupted.
# - The tour is the section whose heading has the word "tour". All its ```sh blocks are run in order in one shell, which begins
#   in the clone and keeps its folder and variables. A command is a line, or the lines that bash takes together.
# - `npm start …` in a sentence of the tour is run in the clone, after those blocks, as that of the two commands is; it has to open as
#   many windows as it is told to, on the folder that it names.
# - A command has to end with 0, or with the number that a comment at its end names: `# exit code 1`.
# - A ```text block right after it (blank lines between them do not count) is what all commands of that ```sh block print
#   together, errors included. `…` stands for anything within a line, a line that is nothing but `…` for any number of lines.
# - `npm link` puts what it links on the PATH for this run only. Git knows the newcomer as "Nora Newcomer".
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/muster-newcomer-XXXXXX")
folder=$(cd "$folder" && pwd -P)
# Whatever was just ended may still write there: then once more.
trap 'for _ in $(seq 100); do rm -rf "$folder" 2>/dev/null && break; sleep 0.1; done' EXIT

git clone --quiet "$root" "$folder/muster"
for given in "$@"; do
  if [ "$given" = --without-tests ] && [ -d "$root/.vscode-test" ]; then ln -s "$(cd "$root/.vscode-test" && pwd -P)" "$folder/muster/.vscode-test"; fi
done
node "$folder/muster/test/newcomer/newcomer.mjs" "$folder" "$@"
