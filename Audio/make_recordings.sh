#!/bin/bash
# Makes a folder of recordings to try `synth train FOLDER` on: recorder melodies (most of it), speech and a few plain
# tones, in many formats, rates, widths and channel counts, with a very short file and broken files among them. The
# melodies are drawn by a seeded generator: the same programs give the same samples.
#
#   sudo apt-get install alsa-utils espeak-ng fluidsynth fluid-soundfont-gm sox
#   Audio/make_recordings.sh FOLDER        FOLDER must not exist; about four minutes of sound, 20 MB
set -euo pipefail

soundfont=/usr/share/sounds/sf2/FluidR3_GM.sf2
speech=/usr/share/sounds/alsa
folder=${1:?usage: make_recordings.sh FOLDER}

for program in espeak-ng fluidsynth sox; do
  command -v "$program" > /dev/null || { echo "missing: $program (see the head of $0)" >&2; exit 69; }
done
[ -r "$soundfont" ] || { echo "missing: $soundfont (package fluid-soundfont-gm)" >&2; exit 69; }
[ -r "$speech/Front_Center.wav" ] || { echo "missing: $speech (package alsa-utils)" >&2; exit 69; }
[ ! -e "$folder" ] || { echo "$folder exists already" >&2; exit 73; }

export SOX_OPTS="-V1 -R" # dither and stream numbers the same each time

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"/{recorder/{a,b},speech,tones,broken}

# --- MIDI ------------------------------------------------------------------------------------------------------------

seed=1
# Sets `drawn` to 0 ..< $1. The high bits of a linear congruential generator.
draw() {
  seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
  drawn=$(((seed >> 16) % $1))
}

# melody FILE NOTES: a walk over two octaves of a pentatonic scale, legato, 96 ticks to the beat of 0.5 s.
scale=(67 69 72 74 76 79 81 84)
melody() {
  local file=$1 notes=$2 events step place length ticks note hex
  events="00c04a 00b00740" # program 74, recorder; channel volume
  draw ${#scale[@]}
  place=$drawn
  for ((step = 0; step < notes; step++)); do
    draw 5
    case $drawn in
      0) length=160 ;;
      1 | 2) length=96 ;;
      *) length=64 ;;
    esac
    # Note on; after `length` less 4 ticks the note off; 4 ticks of nothing.
    ticks=$((length - 4))
    if ((ticks > 127)); then ticks=$((0x8000 | (ticks >> 7) << 8 | (ticks & 127))); fi # 7 bits to the byte
    printf -v note ' 0090%02x64 %02x80%02x40 04b00740' "${scale[place]}" "$ticks" "${scale[place]}"
    events+=$note
    draw 5
    place=$((place + drawn - 2))
    if ((drawn == 2)); then place=$((place + 1)); fi
    if ((place < 0)); then place=1; fi
    if ((place >= ${#scale[@]})); then place=$((${#scale[@]} - 2)); fi
  done
  events+="60ff2f00" # the last note fades for a beat
  events=${events// /}
  # Header: format 0, one track, 96 ticks to the quarter; a tempo is not needed, the default is 120 a minute.
  printf -v hex '4d546864 00000006 0000 0001 0060 4d54726b %08x %s' $((${#events} / 2)) "$events"
  hex=${hex// /}
  : > "$file"
  for ((step = 0; step < ${#hex}; step += 2)); do
    # shellcheck disable=SC2059
    printf "\\x${hex:step:2}" >> "$file"
  done
}

# render NOTES RATE: one melody as $work/note.wav, stereo float at RATE, dry.
render() {
  melody "$work/note.mid" "$1"
  fluidsynth -n -i -q -R 0 -C 0 -g 0.8 -r "$2" -O float -T wav -F "$work/note.wav" "$soundfont" "$work/note.mid" \
    > /dev/null 2>&1
}

# --- recorder --------------------------------------------------------------------------------------------------------

# The silence that the synthesizer leaves at the end is cut off.
trim=(reverse silence 1 0.01 0.1% reverse)

# Rate, width, channels and file of each melody in turn.
kinds=(
  "44100 16 2 recorder/melody-%02d.wav" "22050 16 1 recorder/a/melody-%02d.wav"
  "48000 24 2 recorder/a/melody-%02d.flac" "16000 16 1 recorder/b/melody-%02d.wav"
  "44100 float 1 recorder/b/melody-%02d.wav" "44100 vorbis 2 recorder/melody-%02d.ogg"
  "48000 16 1 recorder/a/melody-%02d.aiff" "22050 24 1 recorder/b/melody-%02d.caf"
)
for ((i = 0; i < 24; i++)); do
  read -r rate width channels name <<< "${kinds[i % ${#kinds[@]}]}"
  # shellcheck disable=SC2059
  file=$folder/$(printf "$name" "$i")
  render 18 "$rate"
  case $width in
    float) coding=(-e floating-point -b 32) ;;
    vorbis) coding=(-C 6) ;;
    *) coding=(-b "$width") ;;
  esac
  sox -G "$work/note.wav" "${coding[@]}" -c "$channels" "$file" gain -n -6 "${trim[@]}"
done
# One that plays a single note for a tenth of a second, and one of three samples.
render 1 16000
sox "$work/note.wav" -b 16 -c 1 "$folder/recorder/short.wav" gain -n -6 trim 0 0.1
sox -n -r 44100 -b 16 -c 1 "$folder/recorder/three-samples.wav" synth 3s sine 440 gain -12

# --- speech ----------------------------------------------------------------------------------------------------------

for place in Front_Center Front_Left Front_Right Rear_Center Rear_Left Rear_Right Side_Left Side_Right; do
  cp "$speech/$place.wav" "$folder/speech/"
done
number=0
say() { # rate, width and the text
  number=$((number + 1))
  espeak-ng -v en -s 150 -w "$work/said.wav" "$3"
  sox -G "$work/said.wav" -r "$1" -b "$2" "$folder/speech/phrase-$number.$4" gain -n -6
}
say 22050 16 "A network makes one sample after the other, and listens to what it has made." wav
say 8000 16 "This sentence was spoken at the rate of a telephone." wav
say 8000 8 "And this one with eight bits for each sample." wav
say 44100 24 "Every recording is brought to one rate and one channel before the training begins." flac
say 22050 16 "Short clips are filled up with silence, and no clip runs into the next." aiff

# --- tones, broken files, and a text that is none of our business --------------------------------------------------------

sox -n -r 48000 -b 24 -c 2 "$folder/tones/fifth.wav" synth 2 sine 440 sine 660 gain -n -9 fade 0.02 2 0.1
sox -n -r 44100 -b 16 -c 1 "$folder/tones/pluck.flac" synth 2 pluck A3 gain -n -6
sox -n -r 8000 -e u-law -b 8 -c 1 "$folder/tones/slow-sweep.wav" synth 2 sine 300-900 gain -n -9
head -c 30 "$folder/speech/Front_Left.wav" > "$folder/broken/only-a-header.wav"
head -c 2000 /dev/zero > "$folder/broken/no-sound-at-all.flac"
: > "$folder/broken/empty.ogg"
echo "Recordings made by Audio/make_recordings.sh." > "$folder/NOTES.txt"
