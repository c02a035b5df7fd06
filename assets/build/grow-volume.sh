#!/bin/sh
# Makes a logical volume larger: $1 its group, $2 its name, $3 how many MiB it has afterwards, $4 zeros or as-is. A guest
# sees what is added at once: with zeros it reads as zeros by then, whoever had those blocks before. For that they are a
# volume of their own first. What is large enough stays as it is. Run by sh -e.
rest=$2.growing
[ -z "$(lvs --noheadings -o lv_name -S "lv_name=\"$rest\"" "$1")" ] || lvremove -q -y "$1/$rest"
has=$(lvs --noheadings --units m --nosuffix -o lv_size "$1/$2" | tr -d ' ' | cut -d . -f 1)
[ "$has" -lt "$3" ] || exit 0
if [ "$4" != zeros ]; then exec lvextend -y -L "$3m" "$1/$2"; fi
lvcreate -q -y -W n -L "$(($3 - has))m" -n "$rest" "$1"
blkdiscard --zeroout "/dev/$1/$rest"
sync "/dev/$1/$rest"
places=$(lvs --noheadings -o seg_pe_ranges "$1/$rest")
lvremove -q -y "$1/$rest"
# shellcheck disable=SC2086 # One word for each range.
exec lvextend -y -L "$3m" "$1/$2" $places
