#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a certificate authority and certificates of it, good and bad, for tests. usage: make-certificates.sh FOLDER
set -eu
cd "$1"
sign() { # name, subject alternative names, more options of x509
    local name=$1 names=$2
    shift 2
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -out "$name.csr" \
        -subj "/CN=$name" 2>/dev/null
    printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\n' "$names" >"$name.ext"
    openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -extfile "$name.ext" -out "$name.pem" \
        "$@" 2>/dev/null
    cat ca.pem >>"$name.pem"
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 30 \
    -subj "/CN=Acme Test Authority" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign 2>/dev/null
sign good "DNS:localhost,DNS:apex.test,IP:127.0.0.1" -days 30
sign other "DNS:elsewhere.example" -days 30
# `ca` can date a certificate into the past, `x509` cannot.
mkdir issued && touch issued/index.txt && echo 01 >issued/serial
printf '%s\n' '[ca]' 'default_ca=d' '[d]' 'dir=issued' 'database=issued/index.txt' 'new_certs_dir=issued' \
    'serial=issued/serial' 'default_md=sha256' 'policy=p' 'copy_extensions=none' '[p]' 'commonName=supplied' >ca.cnf
cp good.csr expired.csr && cp good.key expired.key
openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key -in expired.csr -out expired.pem -extfile good.ext \
    -startdate 20200101000000Z -enddate 20210101000000Z -notext 2>/dev/null
cat ca.pem >>expired.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout self.key -out self.pem -days 30 \
    -subj "/CN=localhost" -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" 2>/dev/null
