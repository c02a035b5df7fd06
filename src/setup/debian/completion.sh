# shellcheck shell=bash
# Bash's completion of xenwright. Its words stand before it, in two tables made of the program's own help: what can
# follow a command, and the values of an option.

_xenwright() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} path=xenwright last='' word words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    # The value of an option is no command.
    if [[ -n ${_xenwright_words["$path $word"]+known} && -z ${_xenwright_values["$path $last"]+known} ]]; then
      path="$path $word"
    fi
    last=$word
  done
  COMPREPLY=()
  if [[ -n ${_xenwright_values["$path $previous"]+known} ]]; then
    words=${_xenwright_values["$path $previous"]}
  elif [[ $current == -* ]]; then
    words=${_xenwright_words["$path"]}
  else
    for word in ${_xenwright_words["$path"]}; do
      [[ $word == -* ]] || words="$words $word"
    done
  fi
  # Nothing of what is typed is evaluated: compgen -W would do so with its list alone, which is the program's.
  [[ -z ${words// /} ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

# Where no word fits, files do.
complete -o bashdefault -o default -F _xenwright xenwright
