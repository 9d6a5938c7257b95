# Read by the scripts beside it, with `here` set to their directory. Pinned packages, in environments of their own:
#
# ENVELOPE_VENV_DIR      where the environments live (default: beside this file)
# ENVELOPE_REQUIRE_ALL   1: not being able to install is a failure
# PYTHON                 the interpreter to make them with (default: python3; 3.11 or later)

# Makes the environment of requirements$1.txt and sets `venv`.
environment() {
  local requirements=$here/requirements$1.txt
  venv=${ENVELOPE_VENV_DIR:+$ENVELOPE_VENV_DIR/entries$1}
  venv=${venv:-$here/.venv$1}
  local stamp=$venv/requirements.sha256
  local wanted log
  wanted=$(sha256sum <"$requirements")
  [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && return
  rm -f "$stamp"
  "${PYTHON:-python3}" -m venv "$venv"
  log=$venv/pip.log
  if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" >"$log" 2>&1; then
    # A pin that does not exist, or a pip that was killed, is no reason to skip.
    if ! grep -qiE 'connection|timed out|resolution|proxy|ssl' "$log"; then
      echo "${0##*/}: could not install the pinned packages; pip said (also in $log):" >&2
      tail -20 "$log" >&2
      exit 1
    fi
    echo "SKIPPED: ${0##*/} could NOT RUN: its pinned packages could not be installed from PyPI (pip's words: $log)" >&2
    [[ ${ENVELOPE_REQUIRE_ALL-} == 1 ]] && exit 1
    exit 75
  fi
  printf '%s\n' "$wanted" >"$stamp"
}
