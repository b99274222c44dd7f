#!/bin/bash
# SPDX-License-Identifier: MIT
# The library on a machine with an NVIDIA GPU: built against the LibTorch inside an installed PyTorch, tested, timed.
#
#   tests/gpu.sh pack FOLDER   on Debian 12: the small libraries and headers that such a machine may lack, unpacked
#   tests/gpu.sh [FOLDER]      there: build, tests of CUDA, parity with the reference outputs, figures; with what
#                              FOLDER holds instead of the system's
#
# There it needs nvcc, g++, meson, ninja and a python3 that imports a PyTorch made for CUDA; no GStreamer, no network.
# Set FOVEA_SHARED to the folder of the reference outputs; FOVEA_GPU_BUILD to another build folder than build-gpu.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(libglib2.0-0 libglib2.0-dev libpcre2-8-0 libpcre2-dev libsqlite3-0 libsqlite3-dev zlib1g zlib1g-dev
  libcsv3 libcsv-dev libdnnl2 libdnnl-dev ocl-icd-libopencl1 libtbb12 libblas3 liblapack3 libgfortran5 libquadmath0
  libprotobuf32 libopencv-core-dev libopencv-imgproc-dev libopencv-objdetect-dev libopencv-dnn-dev libopencv-video-dev libopencv-core406
  libopencv-imgproc406 libopencv-objdetect406 libopencv-dnn406 libopencv-calib3d406 libopencv-features2d406
  libopencv-flann406 libopencv-video406 libglx0 libglvnd0 libx11-6 libxcb1 libxau6
  libxdmcp6 libbsd0 libmd0 nlohmann-json3-dev libgtest-dev)

fail() {
  echo "gpu.sh: $1" >&2
  exit 1
}

pack() {
  local folder debs
  mkdir -p "$1"
  folder=$(realpath "$1")
  debs=$(mktemp -d)
  (cd "$debs" && apt-get download -q "${packages[@]}") || fail "the packages could not be fetched; run apt-get update, on Debian 12"
  for deb in "$debs"/*.deb; do
    dpkg -x "$deb" "$folder"
  done
  rm -rf "$debs" "${folder:?}/usr/bin"
  find "$folder/usr/share" -mindepth 1 -maxdepth 1 ! -name pkgconfig -exec rm -rf {} +
  find "$folder" -name '*.a' ! -name 'libgtest*' -delete
  find "$folder" -type l -lname '/*' | while read -r link; do # to where it is unpacked, not to the system
    ln -srf "$folder$(readlink "$link")" "$link"
  done
  echo "$folder: $(du -sh "$folder" | cut -f1)"
}

run_path= # where programs find what the folder holds; Python's own libraries are not to be found there
use_folder() {
  local folder libraries
  folder=$(realpath "$1")
  libraries=$folder/usr/lib/x86_64-linux-gnu
  [ -d "$libraries" ] || fail "'$1': expected what 'gpu.sh pack' made, found no usr/lib/x86_64-linux-gnu"
  sed -i -E "s|^([a-z_]+)=/usr|\1=$folder/usr|" "$libraries"/pkgconfig/*.pc "$folder"/usr/share/pkgconfig/*.pc
  export PKG_CONFIG_PATH=$libraries/pkgconfig:$folder/usr/share/pkgconfig
  export CPLUS_INCLUDE_PATH=$folder/usr/include:$folder/usr/include/opencv4
  export LIBRARY_PATH=$libraries
  run_path=$libraries:$libraries/blas:$libraries/lapack:$folder/lib/x86_64-linux-gnu
  LDFLAGS="${LDFLAGS:-} -Wl,-rpath-link,$run_path"
}

summary=()
result=0
# shellcheck disable=SC2317 # step calls what follows by name
step() {
  local name=$1 begin=$SECONDS rc=0
  shift
  echo "== $name"
  "$@" || rc=$?
  summary+=("$([ $rc = 0 ] && echo ok || echo "FAILED ($rc)")  $name, $((SECONDS - begin)) s")
  [ $rc = 0 ] || result=1
  return $rc
}

if [ "${1:-}" = pack ]; then
  [ $# = 2 ] || fail "expected: gpu.sh pack FOLDER"
  pack "$2"
  exit
fi

for tool in nvcc g++ meson ninja python3; do
  command -v "$tool" > /dev/null || fail "$tool is missing: needed are nvcc, g++, meson, ninja and python3 with PyTorch"
done
torch=$(python3 -c 'import torch; assert torch.version.cuda; print(torch.__path__[0])' 2> /dev/null) ||
  fail "python3 imports no PyTorch that is made for CUDA"
python3 -c 'import torch; assert torch.cuda.is_available()' 2> /dev/null || fail "PyTorch finds no GPU; look at nvidia-smi"
[ $# = 0 ] || use_folder "$1"
python3 -c 'import torch; print("LibTorch", torch.__version__ + ",", torch.cuda.get_device_name(0))'

# What libtorch_cuda.so needs of CUDA lies beside Python's torch package
for folder in "$torch"/../nvidia/*/lib; do
  [ -d "$folder" ] && LDFLAGS="${LDFLAGS:-} -Wl,-rpath-link,$(realpath "$folder")"
done
# PyTorch's libraries export parts of another libstdc++, std::filesystem's among them: the system's is to be found first
export LDFLAGS="-Wl,--push-state,--no-as-needed -lstdc++ -Wl,--pop-state ${LDFLAGS:-}"
build=${FOVEA_GPU_BUILD:-build-gpu}
export FOVEA_MODEL_PATH=$PWD/models FOVEA_SHARED=${FOVEA_SHARED:-$PWD/../shared}
programs=(test_cuda test_gpu test_torch_library)

configure() {
  [ -f "$build/build.ninja" ] || meson setup "$build" -Dlibtorch="$torch" -Dgstreamer=false -Dcuda=enabled \
    -Dmqtt=disabled -Dkafka=disabled -Dhttp=disabled -Dunits=false > "$build.setup.log" 2>&1 ||
    { tail -20 "$build.setup.log"; return 1; }
}
compile() { # where one file fails the others are tried, so that all that is wrong is seen
  ninja -k 0 -C "$build" "${programs[@]/#/tests/lib/}" tests/bench/bench_gpu > "$build.log" 2>&1 ||
    { grep -E -A6 'error|undefined reference' "$build.log" | head -150; return 1; }
}
test_of() {
  LD_LIBRARY_PATH=$run_path "$build/tests/lib/$1" --gtest_brief=0 --gtest_filter="$2" 2>&1 | grep -v -E '^\[ RUN|^\[---|^$'
}
bench() {
  LD_LIBRARY_PATH=$run_path "$build/tests/bench/bench_gpu" "$1"
}

mkdir -p "$(dirname "$build")"
if step configure configure && step build compile; then
  step "kernels of pixels" test_of test_cuda '*' || true
  step "extractors against the CPU and the reference" test_of test_gpu '*CudaExtractor*:OnGpu.*' || true
  step "LibTorch loaded late" test_of test_torch_library 'TorchLibrary.RunsNetworksOnAGpu' || true
  step "training: ten steps against the CPU's, bf16, resumed on the other device" test_of test_gpu 'TrainingOnGpu.*:TrainingDevice.*' || true
  step "bench i3d" bench i3d || true
  step "bench train" bench train || true
fi

echo "== summary"
printf '%s\n' "${summary[@]}"
exit $result
