#!/bin/bash
# Makes the folder of somebody who never tidies up: speech in five voices, six instruments and drums, one label a sub-folder,
# in many formats, rates, widths and channel counts, from 50 ms to half of MINUTES in one file, with odd and broken files
# among them. All of it is generated and drawn by SEED: the same programs give the same samples.
#
#   sudo apt-get install espeak-ng fluidsynth fluid-soundfont-gm libsox-fmt-mp3 sox
#   Audio/make_band.sh FOLDER MINUTES [SEED]        FOLDER must not exist; 120 minutes: 440 MB, 4 minutes of work
set -euo pipefail
export LC_ALL=C
folder=${1:?usage: make_band.sh FOLDER MINUTES [SEED]} minutes=${2:?usage: make_band.sh FOLDER MINUTES [SEED]} seed=${3:-1}
soundfont=/usr/share/sounds/sf2/FluidR3_GM.sf2
here=$(dirname "$0")
for tool in espeak-ng fluidsynth sox awk; do
  command -v "$tool" > /dev/null || { echo "missing: $tool (see the head of $0)" >&2; exit 69; }
done
[ -r "$soundfont" ] || { echo "missing: $soundfont (package fluid-soundfont-gm)" >&2; exit 69; }
sox --help | grep -qw mp3 || { echo "sox cannot write MP3 (package libsox-fmt-mp3)" >&2; exit 69; }
[ ! -e "$folder" ] || { echo "$folder exists already" >&2; exit 73; }
export SOX_OPTS="-V1 -R" # dither and stream numbers the same each time
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"

labels=12
seconds=$((minutes * 30 / labels)) # of each label, besides the long file
[ "$seconds" -gt 0 ] || seconds=1

# --- what is cut up: one long sound of each label ----------------------------------------------------------------------

# text LANGUAGE SEED SECONDS: dates, sums and times of day, as many as take that long at the least.
text() {
  awk -v language="$1" -v seed="$2" -v seconds="$3" '
    function draw(n) { x = (x * 1103515245 + 12345) % 2147483648; return int(x / 65536) % n }
    BEGIN {
      x = seed * 7919 + 17; for (i = 0; i < 20; i++) draw(2)
      days["en"] = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
      days["de"] = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"
      days["fr"] = "lundi mardi mercredi jeudi vendredi samedi dimanche"
      days["es"] = "lunes martes miércoles jueves viernes sábado domingo"
      months["en"] = "January February March April May June July August September October November December"
      months["de"] = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
      months["fr"] = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
      months["es"] = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
      form["en"] = "%s, %s %d, %d. %d and %d make %d. It is %d minutes past %d, and nobody is at the door.\n"
      form["de"] = "%s, %s %d, %d. %d und %d sind %d. Es ist %d Minuten nach %d, und niemand steht vor der Tür.\n"
      form["fr"] = "%s, %s %d, %d. %d et %d font %d. Il est %d minutes après %d heures, et personne ne frappe à la porte.\n"
      form["es"] = "%s, %s %d, %d. %d y %d son %d. Pasan %d minutos de las %d, y no hay nadie en la puerta.\n"
      split(days[language], day, " "); split(months[language], month, " ")
      for (s = 0; s < seconds; s += 7) {
        a = draw(90); b = draw(90)
        printf form[language], day[1 + draw(7)], month[1 + draw(12)], 1 + draw(28), 1900 + draw(120), a, b, a + b, \
          draw(60), 1 + draw(12)
      }
    }'
}

# beats SEED: half a minute of drums as a standard MIDI file; 480 ticks to the quarter of half a second.
beats() {
  awk -v seed="$1" '
    function draw(n) { x = (x * 1103515245 + 12345) % 2147483648; return int(x / 65536) % n }
    function byte(b) { track[length_++] = b % 256 }
    function put(b) { printf "%c", b }
    function hit(t, drum, level) { byte(int(t / 128) + 128); byte(t % 128); byte(153); byte(drum); byte(level) }
    BEGIN {
      x = seed * 7919 + 17; for (i = 0; i < 20; i++) draw(2)
      step = 100 + draw(60)                               # ticks of a sixteenth
      for (time = 0; time < 28000; ) {
        if (place % 64 == 0) {                            # another pattern after four bars
          bass = 35 + draw(2); snare = 38 + 2 * draw(2); hat = draw(2) ? 42 : 51
          for (k = 0; k < 16; k++) {
            b[k] = k % 8 == 0 || draw(6) == 0; s[k] = k % 8 == 4 || draw(12) == 0; h[k] = k % 2 == 0 || draw(4) == 0
          }
        }
        k = place % 16
        wait = place ? step : 0
        if (b[k]) { hit(wait, bass, 80 + draw(40)); wait = 0 }
        if (s[k]) { hit(wait, snare, 60 + draw(60)); wait = 0 }
        if (h[k]) { hit(wait, hat, 40 + draw(60)); wait = 0 }
        if (place % 64 > 58 && draw(2)) { hit(wait, 41 + 2 * draw(5), 70 + draw(50)); wait = 0 }
        if (place % 64 == 0) { hit(wait, 49, 80 + draw(40)); wait = 0 }
        if (wait) hit(wait, 42, 1)
        time += step; place++
      }
      byte(132); byte(88); byte(255); byte(47); byte(0)
      split("77 84 104 100 0 0 0 6 0 0 0 1 1 224 77 84 114 107", head, " ")
      for (i = 1; i <= 18; i++) put(head[i])
      put(int(length_ / 16777216)); put(int(length_ / 65536) % 256); put(int(length_ / 256) % 256); put(length_ % 256)
      for (i = 0; i < length_; i++) put(track[i])
    }'
}

speak() { # VOICE SECONDS FILE
  text "${1%%[-+]*}" "$seed" "$2" > "$work/text"
  espeak-ng -v "$1" -s 150 -f "$work/text" -w "$work/said.wav"
  sox "$work/said.wav" -r 48000 -c 2 -b 24 "$3" gain -n -3
}

play() { # PROGRAM LOWEST HIGHEST FILE
  "$here/make_melodies.sh" "$work/melodies" "$1" "$2" "$3" $(((seconds + 59) / 60)) "$((seed * 128 + $1))" 48000 2
  sox "$work"/melodies/*.flac -b 24 "$4"
  rm -r "$work/melodies"
}

drum() { # FILE
  for ((i = 0; i * 30 < seconds + 30; i++)); do
    beats $((seed * 1000 + i)) > "$work/beats.mid"
    printf -v part '%s/part-%03d.wav' "$work" "$i"
    fluidsynth -n -i -q -R 0 -C 0 -g 0.7 -r 48000 -O float -T wav -F "$part" "$soundfont" "$work/beats.mid" \
      > /dev/null 2>&1
  done
  sox "$work"/part-*.wav -b 24 "$1" gain -n -3
  rm "$work"/part-*.wav
}

# --- cutting it up -----------------------------------------------------------------------------------------------------

# Rate, width, channels and ending of each file in turn; its length in seconds from the other list, which is not as long, so
# that every length comes in every format sooner or later.
kinds=(
  "44100 16 2 wav" "16000 16 1 wav" "48000 24 2 flac" "22050 vorbis 1 ogg" "44100 24 2 wav" "8000 16 1 aiff" "44100 mp3 2 mp3"
  "48000 float 2 wav" "22050 16 1 flac" "48000 24 2 aiff" "11025 ulaw 1 wav" "48000 vorbis 2 ogg" "32000 mp3 1 mp3"
)
lengths=(7 0.05 20 2 0.3 60 3.5 1 35 12)
place=0 # of both

cut() { # SOUND LABEL
  local start=0 number=0 rate width channels ending coding length name
  mkdir -p "$folder/$2/more takes"
  while awk "BEGIN { exit !($start < $seconds) }"; do
    read -r rate width channels ending <<< "${kinds[place % ${#kinds[@]}]}"
    length=${lengths[place % ${#lengths[@]}]}
    case $width in
      float) coding=(-e floating-point -b 32) ;;
      ulaw) coding=(-e u-law -b 8) ;;
      vorbis) coding=(-C 5) ;;
      mp3) coding=(-C 128) ;;
      *) coding=(-b "$width") ;;
    esac
    number=$((number + 1)) place=$((place + 1))
    printf -v name '%s/%s%s-%03d.%s' "$2" "$([ $((number % 4)) -eq 0 ] && echo "more takes/")" "$2" "$number" "$ending"
    sox -G "$1" -r "$rate" -c "$channels" "${coding[@]}" "$folder/$name" trim "$start" "$length"
    start=$(awk "BEGIN { print $start + $length }")
  done
}

for voice in english:en-gb+m3 american:en-us+f2 german:de+m1 french:fr-fr+f4 spanish:es+m7; do
  speak "${voice#*:}" "$seconds" "$work/long.flac"
  cut "$work/long.flac" "${voice%%:*}"
done
for instrument in flute:73:60:96 clarinet:71:50:91 violin:40:55:96 cello:42:36:72 trumpet:56:54:84 piano:0:28:100; do
  IFS=: read -r name program lowest highest <<< "$instrument"
  play "$program" "$lowest" "$highest" "$work/long.flac"
  cut "$work/long.flac" "$name"
done
drum "$work/long.flac"
cut "$work/long.flac" drums

# Half of all minutes in one file: somebody reads dates for an hour.
seed=$((seed + 1))
speak en-gb+m3 $((minutes * 30)) "$work/long.flac"
sox "$work/long.flac" -r 22050 -c 1 -b 16 "$folder/english/The long reading.flac" trim 0 $((minutes * 30))

# --- odd files, which are sound all the same ---------------------------------------------------------------------------

take() { # LABEL ENDING: the label's first file, in another format
  sox "$(find "$folder/$1" -name "$1-001.*")" "$work/take.$2"
  echo "$work/take.$2"
}
sox "$(take flute wav)" "$folder/flute/soft.wav" gain -45
sox "$(take trumpet wav)" "$folder/trumpet/distorted.wav" gain 30
sox "$(take clarinet wav)" -c 2 "$folder/clarinet/left only.wav" remix 1 0
sox "$(take violin wav)" -c 2 "$folder/violin/opposite phase.wav" remix 1 1i
sox "$(take cello wav)" "$folder/cello/offset.wav" gain -6 dcshift 0.3
sox "$(take german wav)" -C 128 "$folder/german/the same again.mp3" gain -3
sox -n -r 44100 -c 2 -b 16 "$folder/piano/silence.flac" trim 0 2

# --- broken ones -------------------------------------------------------------------------------------------------------

: > "$folder/flute/empty.wav"
echo "Recordings made by Audio/make_band.sh." > "$folder/drums/words.wav"
head -c 30 "$(take french wav)" > "$folder/french/half a header.wav"
sox -n -r 44100 -c 1 -b 16 "$folder/trumpet/no samples.wav" trim 0 0
head -c 2000 /dev/zero > "$folder/spanish/nothing.flac"
head -c 100 "$(take violin ogg)" > "$folder/violin/cut off.ogg"
head -c 60 "$(take piano flac)" > "$folder/piano/cut off.flac"
# Cut off in the middle, as a copy that was interrupted.
head -c $(($(wc -c < "$(take cello wav)") / 2)) "$work/take.wav" > "$folder/cello/cut off.wav"
echo "Recordings made by Audio/make_band.sh." > "$folder/NOTES.txt"
