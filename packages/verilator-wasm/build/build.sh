#!/usr/bin/env bash
# Makes verilator.wasm, the runtime objects and the headers again from the distribution's source package, and compares
# them with the committed artefact.
#
#   apt-get install --no-install-recommends clang-19 lld-19 flex bison autoconf help2man libfl-dev python3 dpkg-dev
#   bash build/build.sh FOLDER            # builds in FOLDER, compares with artefact/SHA256SUMS
#   bash build/build.sh FOLDER --update   # and replaces the artefact
#
# FOLDER must be empty or new. If it lies beside a downloaded source package (verilator_5.006.orig.tar.gz and its .dsc),
# say where with SOURCE=…; otherwise apt-get source fetches it, which needs a deb-src line for Debian 12.
# JOBS=N compiles N files at a time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$(dirname "$here")
folder=$(mkdir -p "$1" && cd "$1" && pwd)
# The entry point of @yowasp/clang, and the sysroot beside it.
clang=$(cd "$package" && node -p 'require("module").createRequire(process.cwd() + "/").resolve("@yowasp/clang")')

cd "$folder"
if [ -n "${SOURCE:-}" ]; then cp "$SOURCE"/verilator_5.006* .; else apt-get source --download-only verilator=5.006-3; fi
sha256sum --check --strict <<SUMS
$(cat "$here/source.sha256")
SUMS
dpkg-source -x verilator_5.006-3.dsc source > /dev/null
mkdir sysroot
tar xf "$(dirname "$clang")/llvm-resources.tar" -C sysroot

cd source
autoconf
./configure --prefix=/ CXX=clang++-19 > /dev/null
cd src
# What git would say depends on the folder around this one.
echo 'static const char* const DTVERSION_rev = "Debian 5.006-3, WebAssembly";' > config_rev.h
mkdir -p obj_opt/flexinc
cp /usr/include/FlexLexer.h obj_opt/flexinc/
cp -r "$here/shim" "$folder/shim"
cd obj_opt

# Paths are relative, so that the folder leaves no mark in the binary.
top=../../..
target=(--target=wasm32-wasip1 "--sysroot=$top/sysroot")
cat > flags.rsp <<RSP
${target[*]} -fno-exceptions -std=gnu++17 -w -Os
-D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_MMAN
-DVL_IGNORE_UNKNOWN_ARCH -isystem $top/shim -isystem flexinc -include $top/shim/wasi.h
-I. -I.. -I../../include
-DDEFENV_VERILATOR_ROOT=\"/share/verilator\"
-DDEFENV_SYSTEMC=\"\" -DDEFENV_SYSTEMC_ARCH=\"\" -DDEFENV_SYSTEMC_INCLUDE=\"\" -DDEFENV_SYSTEMC_LIBDIR=\"\"
RSP

# A precompiled header makes the build five times faster.
make -s -f ../Makefile_obj serial PYTHON3=/usr/bin/python3
cp $top/shim/precompiled.h pch.h
clang++-19 @flags.rsp -x c++-header pch.h -fpch-instantiate-templates -o pch.pch
make -s -f ../Makefile_obj -j"${JOBS:-1}" PYTHON3=/usr/bin/python3 CXX=clang++-19 \
  CXXFLAGS="@flags.rsp -include-pch pch.pch" CPPFLAGS= LINK=true TGT=none
clang-19 "${target[@]}" -Os -c $top/shim/missing.c -o missing.o
lib=$top/sysroot/lib
clang++-19 "${target[@]}" -fuse-ld=/usr/bin/wasm-ld-19 -nostdlib $lib/wasm32-wasip1/crt1-command.o ./*.o \
  -L$lib/wasm32-wasip1 -lc++ -lc++abi -lc -lm $lib/wasm32-unknown-wasip1/libclang_rt.builtins.a \
  -lwasi-emulated-signal -lwasi-emulated-getpid -lwasi-emulated-process-clocks -lwasi-emulated-mman \
  -Wl,--strip-all,--gc-sections -Wl,-z,stack-size=8388608 -o "$folder/verilator.wasm"

cd "$folder"
mkdir include
for name in verilated{,_config,_funcs,_imp,_intrinsics,_sym_props,_syms,_threads,_trace,_trace_defs,_types}.h \
  verilatedos.h verilated{,_threads}.cpp; do
  cp "source/include/$name" include/
done
node "$here/runtime.mjs" "$clang" include .
sha256sum verilator.wasm runtime.o headers.json > SHA256SUMS

if [ "${2:-}" = --update ]; then
  mkdir -p "$package/artefact"
  cp verilator.wasm runtime.o headers.json SHA256SUMS "$package/artefact/"
fi
diff SHA256SUMS "$package/artefact/SHA256SUMS" && echo "The artefact is these bytes."
