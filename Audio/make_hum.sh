#!/bin/bash
# Makes a hummed tune for `--like`: the first line of Beethoven's Ode to Joy, low, soft in its overtones, each note reached by a
# small slide, with a swell over the line. No voice: nothing of anybody's, and the same bytes from the same sox.
#
#   sudo apt-get install sox
#   Audio/make_hum.sh OUT.flac
set -euo pipefail
export LC_ALL=C SOX_OPTS="-V1 -R"
out=${1:?usage: make_hum.sh OUT.flac}
command -v sox > /dev/null || { echo "missing: sox (see the head of $0)" >&2; exit 69; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# MIDI note and quarters of 0.45 s; the tune is in D, from F sharp 3.
tune="54:1 54:1 55:1 57:1 57:1 55:1 54:1 52:1 50:1 50:1 52:1 54:1 54:1.5 52:0.5 52:1.5"
number=0
for part in $tune; do
  number=$((number + 1))
  read -r hertz seconds slide <<< "$(awk -v note="${part%:*}" -v quarters="${part#*:}" 'BEGIN {
    seconds = 0.45 * quarters
    # From 80 cents below, 70 ms long: bend wants the delay, the cents and the time of the bend.
    printf "%.3f %.3f %.3f", 440 * 2 ^ ((note - 69 - 0.8) / 12), seconds, 0.07
  }')"
  sox -n -r 16000 -b 16 "$work/$(printf %02d $number).wav" synth "$seconds" sawtooth "$hertz" \
    bend "0.01,80,$slide" lowpass 500 lowpass 900 fade t 0.03 "$seconds" 0.05 gain -12
done
sox "$work"/*.wav "$work/line.wav"
# A swell by a slow tremolo: once up and down in the line.
sox "$work/line.wav" "$out" tremolo 0.15 55 pad 0.1 0.3 gain -n -9
