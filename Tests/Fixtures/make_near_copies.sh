#!/bin/bash
# Makes near_copies/: the shipped recorder's hum at another rate, level and start, encoded as people do. sox 14.4.2 (LAME 3.100,
# libvorbis 1.3.7); no seed: nothing is drawn.
#
#   sudo apt-get install libsox-fmt-mp3 sox
#   Tests/Fixtures/make_near_copies.sh
set -euo pipefail
cd "$(dirname "$0")"
export SOX_OPTS="-V1 -R"
mkdir -p near_copies
sound=../../Audio/recorder-hum.flac
sox "$sound" -C 64 near_copies/mp3.mp3 gain -4
sox "$sound" -r 22050 -C 2 near_copies/ogg.ogg gain -9
sox "$sound" -r 44100 -C 96 near_copies/late.mp3 pad 0.1 trim 0 7.38
