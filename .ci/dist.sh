#!/usr/bin/env bash
# What a release holds, in `target/dist`; each is then installed into an empty folder, and used. Nothing is published.
# Needs what `.ci/record.sh` writes, what `.ci/node.sh` and `.ci/compose.sh` install, and Python 3.10 or newer with venv.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- dist: %s (%s s)\n' "$*" "$SECONDS"; }
repository=$PWD
dist=$PWD/target/dist
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
# Nothing of another run, and compiled code beside it.
used=$PWD/target/dist-used
export XDG_CACHE_HOME=$PWD/target/python-cache
# The same sources make the same bytes.
export SOURCE_DATE_EPOCH=315532800
rm -rf "$used" "$dist"/*.tgz "$dist"/*.whl "$dist"/*.tar.gz

step "the WIT and the stories, as packages"
packed() { tar --create --gzip --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --transform "s,^,clientdesk-$1-$version/," --file "$dist/clientdesk-$1-$version.tar.gz" "${@:2}"; }
packed wit --directory wit .
packed stories --directory tests/scenarios .

step "the crates to embed"
crates=$used/crates
mkdir -p "$crates"
cp -r --parents component host-harness/{check-host,host} wit README.md LICENSE-* rust-toolchain.toml Cargo.lock "$crates"
sed 's,^members = .*,members = ["component"\, "host-harness/check-host"\, "host-harness/host"],; /^exclude = /d' Cargo.toml > "$crates/Cargo.toml"
rm -rf "$crates"/component/target "$crates"/host-harness/*/target
packed crates --directory "$crates" .

step "a package for npm"
# Both tools take licences from the folder of the package.
cp LICENSE-* examples/node/
(cd examples/node && npm run --silent pack)

step "a wheel"
python3 -m venv "$used/build"
cp LICENSE-* examples/python/
"$used/build/bin/pip" wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$dist" ./examples/python

rm examples/{node,python}/LICENSE-*

step "their digests"
(cd "$dist" && sha256sum -- clientdesk.wasm check-host.wasm ./*.tgz ./*.whl ./*.tar.gz | sed 's,\./,,' | tee SHA256SUMS)

step "the component, by its digest, in the command line's host"
mkdir -p "$used/component" && cd "$used/component"
cp "$dist/clientdesk.wasm" "$dist/SHA256SUMS" . && sha256sum --check --ignore-missing SHA256SUMS
clientdesk() { "$repository/target/release/clientdesk" --component clientdesk.wasm "$@" --store a.sqlite; }
clientdesk agencies create acme --name Acme --notification-email office@acme.example --portal-address https://clients.acme.example
clientdesk brands create Nike --id nike --agency acme
clientdesk call --agency acme clients.invite-by-email '{"email": "ann@nike.example", "brands": ["nike"]}'

step "the WIT: a component of somebody else is made with it"
mkdir -p "$used/wit/deps/core" && cd "$used/wit"
tar --extract --file "$dist/clientdesk-wit-$version.tar.gz" --strip-components 1 --directory deps/core
mv deps/core/deps/host deps/
cp "$repository/examples/compose/wit/nightly.wit" .
componentize="$repository/examples/compose/node_modules/.bin/componentize-qjs"
"$componentize" --wit . --js "$repository/examples/compose/report.js" --stub-wasi --sync --output ../report.wasm
"$repository/target/release/clientdesk" inspect ../report.wasm | grep -F 'clientdesk:core/clients@'

step "the package for npm"
mkdir "$used/npm" && cd "$used/npm"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund "$dist/clientdesk-$version.tgz"
# The ten lines of the README, which create an agency and invite somebody.
sed -n '/^```js$/,/^```$/{/^```/d;p}' "$repository/README.md" > ten-lines.mjs
node ten-lines.mjs

step "the wheel"
mkdir "$used/python" && cd "$used/python"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "$dist"/clientdesk-"$version"-*.whl
# The host is an example, to be copied.
cp "$repository/examples/python/host.py" .
sed -n '/^```python$/,/^```$/{/^```/d;p}' "$repository/README.md" > ten_lines.py
venv/bin/python ten_lines.py

step "the crates, without any feature"
# Not below this workspace, where cargo would take it for a part of it.
rust=$(mktemp -d)
trap 'rm -rf "$rust"' EXIT
cd "$rust"
tar --extract --file "$dist/clientdesk-crates-$version.tar.gz"
cargo init --quiet --vcs none --name invites .
cargo add --quiet --no-default-features --path "clientdesk-crates-$version/host-harness/host"
cargo add --quiet serde_json@1
cp "$dist/clientdesk.wasm" "$repository"/{Cargo.lock,rust-toolchain.toml} .
cat > src/main.rs <<'RUST'
use std::error::Error;

use clientdesk_host::Host;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let host = Host::builder().component(std::fs::read("clientdesk.wasm")?).build()?;
    let agency = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
    });
    host.call("agencies.create", &[agency])?;
    let olga = json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}});
    let brand = host.call("brands.create", &[olga.clone(), json!({"name": "Nike"})])?;
    let invite = json!({"email": "ann@nike.example", "brands": [brand]});
    println!("{}", host.call("clients.invite-by-email", &[olga, invite])?);
    Ok(())
}
RUST
# Hardly optimised, so that the engine compiles soon.
CARGO_PROFILE_DEV_OPT_LEVEL=1 CARGO_PROFILE_DEV_DEBUG=0 cargo run --target-dir "$repository/target/dist-crates" | grep -F '"outcome":"invited"'

cd "$repository"
step "done: $(du -sh target/dist | cut -f1) in target/dist"
