# shellcheck shell=sh disable=SC2154
# An image that is to be read as it is: a loop.
image_recognise() { [ ! -b "$1" ]; }
image_open() {
  loop_over "$1" 0 0 || return
  found "$node" "$2" $(($3 + 1)) "$4" ''
}
