# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./run and ./test from the top of the checkout.
build_preset=${APEX_PRESET:-release}
build_dir=build/$build_preset

# build_targets TARGET...: configures if needed and builds, quiet unless it fails or a person watches.
build_targets() {
    if [ ! -f "$build_dir/build.ninja" ]; then
        echo "Configuring ($build_preset)"
        mkdir -p "$build_dir"
        if ! cmake --preset "$build_preset" >"$build_dir/configure.log" 2>&1; then
            cat "$build_dir/configure.log" >&2
            exit 2
        fi
    fi
    if [ -t 1 ]; then
        cmake --build --preset "$build_preset" --target "$@"
    else
        if ! cmake --build --preset "$build_preset" --target "$@" >"$build_dir/build.log" 2>&1; then
            grep -vE '^\[[0-9]+/[0-9]+\] (Building|Automatic|Linking)' "$build_dir/build.log" | head -n 200 >&2
            echo "The build failed; the whole output is in $build_dir/build.log" >&2
            exit 2
        fi
        tail -n 1 "$build_dir/build.log"
    fi
}
