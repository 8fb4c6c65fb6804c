# Runs once in the loader container of a workload, whenever a file of it has changed: brings volumes to what
# was uploaded below /staging, then tells the running process. Arguments, any number of
#   own UID FOLDER                     gives the data folder to the process
#   files GROUP MODE NAME FOLDER       makes FOLDER the same as /staging/NAME
#   reload URL                         posts to URL, where the process runs already

own() {
  # A volume with months of blocks is not walked at every change.
  [ "$(stat -c %u "$2")" = "$1" ] || chown -R "$1:$1" "$2"
  chmod 0750 "$2"
  # The engine gives an empty volume what the image has at that place, and its owner. It can be told not to, but every
  # option of a volume's mount makes the provider refuse engines before Docker 26.
  : >"$2/.not-empty"
}

put() {
  group=$1 mode=$2 from=$3 to=$4
  mkdir -p "$from"
  (cd "$from" && find . -type f) | while IFS= read -r file; do
    if ! cmp -s "$from/$file" "$to/$file"; then
      mkdir -p "$(dirname "$to/$file")"
      cp "$from/$file" "$to/.incoming"
      chown "0:$group" "$to/.incoming"
      chmod "$mode" "$to/.incoming"
      # Whoever reads sees the old file or the new one, never half of it.
      mv -f "$to/.incoming" "$to/$file"
    fi
  done
  (cd "$to" && find . ! -type d) | while IFS= read -r file; do
    if [ ! -e "$from/$file" ]; then rm -f "$to/$file"; fi
  done
  find "$to" -mindepth 1 -depth -type d -exec rmdir {} \; 2>/dev/null || true
  find "$to" -type d -exec chown "0:$group" {} \; -exec chmod 0750 {} \;
}

reload() {
  end=$(($(date +%s) + 60))
  while ! answer=$(timeout 30 wget -q -O /dev/null --post-data= "$1" 2>&1); do
    case $answer in
      # Not there: it reads the files when it starts.
      *'bad address'*) return 0 ;;
      # Still starting.
      *' 503 '*) ;;
      *'server returned error'*) end=0 ;;
    esac
    if [ "$(date +%s)" -ge "$end" ]; then
      case $answer in
        # Not running: it reads the files when it does.
        *refused*) return 0 ;;
      esac
      echo "the new files are not in use: POST $1: ${answer:-no answer}"
      exit 3
    fi
    sleep 1
  done
}

# No && after a step: the shell would go on in it after what fails, and put half a file in place.
while [ "$#" -gt 0 ]; do
  case $1 in
    own) own "$2" "$3"; shift 3 ;;
    files) put "$2" "$3" "/staging/$4" "$5"; shift 5 ;;
    reload) reload "$2"; shift 2 ;;
    *) exit 2 ;;
  esac
done
