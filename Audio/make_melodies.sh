#!/bin/bash
# Makes melodies of one instrument of the FluidR3 soundfont (MIT licence) to train a model on: notes over the whole range, legato
# and detached, at many levels, with pauses, slides and vibrato. Drawn by a seeded generator: the same programs give the same samples.
#
#   sudo apt-get install fluidsynth fluid-soundfont-gm sox
#   Audio/make_melodies.sh FOLDER PROGRAM LOWEST HIGHEST MINUTES [SEED]
#
# PROGRAM is General MIDI's, from 0: 71 clarinet, 73 flute, 74 recorder. LOWEST and HIGHEST are MIDI notes, e.g. 60 91.
set -euo pipefail
export LC_ALL=C
soundfont=/usr/share/sounds/sf2/FluidR3_GM.sf2
folder=${1:?usage: make_melodies.sh FOLDER PROGRAM LOWEST HIGHEST MINUTES [SEED]}
program=$2 lowest=$3 highest=$4 minutes=$5 seed=${6:-1}
for tool in fluidsynth sox awk; do
  command -v "$tool" > /dev/null || { echo "missing: $tool (see the head of $0)" >&2; exit 69; }
done
[ -r "$soundfont" ] || { echo "missing: $soundfont (package fluid-soundfont-gm)" >&2; exit 69; }
[ ! -e "$folder" ] || { echo "$folder exists already" >&2; exit 73; }
export SOX_OPTS="-V1 -R"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"

# A standard MIDI file of about half a minute: one track, 480 ticks to the quarter of half a second, so about 1 ms a tick.
melody() { # SEED
  awk -v program="$program" -v low="$lowest" -v high="$highest" -v seed="$1" '
    function draw(n) { x = (x * 1103515245 + 12345) % 2147483648; return int(x / 65536) % n }
    function byte(b) { track[length_++] = b % 256 }
    function wait(t) {
      if (t >= 16384) byte(128 + int(t / 16384) % 128)
      if (t >= 128) byte(128 + int(t / 128) % 128)
      byte(t % 128)
    }
    function event(t, a, b, c) { wait(t); byte(a); byte(b); byte(c) }
    function bend(t, cents,   v) { v = int(8192 + cents / 200 * 8191 + 0.5); event(t, 224, v % 128, int(v / 128)) }
    function put(b) { printf "%c", b }
    BEGIN {
      x = seed * 7919 + 17; for (i = 0; i < 20; i++) draw(2)
      wait(0); byte(192); byte(program)
      event(0, 176, 7, 100)
      note = low + draw(high - low + 1)
      time = 0
      while (time < 28000) {
        event(0, 176, 11, 50 + draw(78))                # expression: the level of the phrase
        notes = 3 + draw(8)
        legato = draw(2)
        for (n = 0; n < notes; n++) {
          step = draw(12)
          if (step < 8) note += draw(9) - 4; else if (step < 11) note += draw(15) - 7; else note = low + draw(high - low + 1)
          while (note < low) note += 12
          while (note > high) note -= 12
          length_of = 120 + draw(5) * 120 + draw(60)
          if (draw(8) == 0) length_of *= 3
          shape = draw(6)
          start = shape == 0 ? -200 + draw(150) : 0      # a slide into the note
          bend(0, start)
          event(0, 144, note, 60 + draw(68))
          left = length_of
          if (shape == 0) for (k = 1; k <= 10; k++) { bend(10, start * (1 - k / 10)); left -= 10 }
          if (shape == 1 && length_of > 500)             # vibrato, 5 to 7 Hz
            for (k = 0; left > 60; k++) { d = 15 + draw(3); bend(d, (20 + 10 * (seed % 3)) * sin(k * 0.62)); left -= d }
          if (shape == 2 && length_of > 400)             # swelling and fading
            for (k = 0; left > 60; k++) { event(20, 176, 11, 60 + int(50 * sin(3.14159 * k * 20 / length_of))); left -= 20 }
          if (left < 10) left = 10
          event(left, 128, note, 64)
          gap = legato ? 0 : 20 + draw(80)
          if (gap > 0) { wait(gap); byte(176); byte(3); byte(0) }
          time += length_of + gap
        }
        rest = 200 + draw(700)
        wait(rest); byte(176); byte(3); byte(0)
        time += rest
      }
      wait(600); byte(255); byte(47); byte(0)
      split("77 84 104 100 0 0 0 6 0 0 0 1 1 224 77 84 114 107", head, " ")
      for (i = 1; i <= 18; i++) put(head[i])
      put(int(length_ / 16777216)); put(int(length_ / 65536) % 256); put(int(length_ / 256) % 256); put(length_ % 256)
      for (i = 0; i < length_; i++) put(track[i])
    }'
}

for ((i = 0; i < minutes * 2; i++)); do
  melody $((seed * 1000 + i)) > "$work/melody.mid"
  fluidsynth -n -i -q -R 0 -C 0 -g 0.7 -r 44100 -O float -T wav -F "$work/melody.wav" "$soundfont" "$work/melody.mid" \
    > /dev/null 2>&1
  printf -v file '%s/melody-%03d.flac' "$folder" "$i"
  sox -G "$work/melody.wav" -b 16 -c 1 -r 16000 "$file" gain -n -3
done
