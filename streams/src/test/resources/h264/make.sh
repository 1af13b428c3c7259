#!/bin/sh
# Makes the H.264 fixtures of the tests with ffmpeg and x264: levels.h264, 40 grey pictures of 64 x 48 at 25 frames/s, each 4 levels
# brighter than the one before, in groups of 10, each access unit behind a delimiter; b-frames.mp4, 12 pictures with B-frames.
set -e
cd "$(dirname "$0")"
ffmpeg -v error -y -f lavfi -i "color=black:s=64x48:r=25,format=yuv420p,geq=lum='40+4*N':cb=128:cr=128" -frames:v 40 \
  -c:v libx264 -profile:v main -qp 10 -g 10 -bf 0 -refs 2 -x264-params "aud=1:scenecut=0:weightp=0" -f h264 levels.h264
ffmpeg -v error -y -f lavfi -i "testsrc=s=64x48:r=25" -frames:v 12 -pix_fmt yuv420p -c:v libx264 -bf 2 -g 12 \
  -fflags +bitexact -flags +bitexact ../../../../../producers/src/test/resources/b-frames.mp4
