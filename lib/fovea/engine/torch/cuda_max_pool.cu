// SPDX-License-Identifier: MIT
#include "fovea/engine/torch/cuda_max_pool.h"

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

namespace fovea {

namespace {

constexpr int threads_of_block = 256;

struct Places {
    int clips, groups; ///< groups of channels: 16 bytes each
    int t, h, w;
    int out_t, out_h, out_w;
    int kernel[3], stride[3], before[3];
};

__device__ float number(float value) { return value; }

__device__ float number(__half value) { return __half2float(value); }

__device__ float number(__nv_bfloat16 value) { return __bfloat162float(value); }

/** \brief 16 bytes of channels */
template <typename Value>
struct Channels {
    static constexpr int count = static_cast<int>(16 / sizeof(Value));
    Value values[count];
};

template <typename Value>
__global__ void pool_places(const int4 *from, int4 *to, Places places, long long total)
{
    const long long index = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (index >= total)
        return;
    const int group = static_cast<int>(index % places.groups);
    long long rest = index / places.groups;
    const int x = static_cast<int>(rest % places.out_w);
    rest /= places.out_w;
    const int y = static_cast<int>(rest % places.out_h);
    rest /= places.out_h;
    const int t = static_cast<int>(rest % places.out_t);
    const long long clip = rest / places.out_t;

    const int t0 = t * places.stride[0] - places.before[0];
    const int y0 = y * places.stride[1] - places.before[1];
    const int x0 = x * places.stride[2] - places.before[2];
    int4 best = make_int4(0, 0, 0, 0);
    bool first = true;
    for (int dt = max(t0, 0); dt < min(t0 + places.kernel[0], places.t); ++dt) {
        for (int dy = max(y0, 0); dy < min(y0 + places.kernel[1], places.h); ++dy) {
            const long long row = ((clip * places.t + dt) * places.h + dy) * places.w;
            for (int dx = max(x0, 0); dx < min(x0 + places.kernel[2], places.w); ++dx) {
                const int4 bytes = __ldg(from + (row + dx) * places.groups + group);
                if (first) {
                    best = bytes;
                    first = false;
                    continue;
                }
                auto &kept = reinterpret_cast<Channels<Value> &>(best);
                const auto &seen = reinterpret_cast<const Channels<Value> &>(bytes);
#pragma unroll
                for (int i = 0; i < Channels<Value>::count; ++i) {
                    if (number(seen.values[i]) > number(kept.values[i]))
                        kept.values[i] = seen.values[i];
                }
            }
        }
    }
    to[index] = best;
}

} // namespace

bool cuda_max_pool(const CudaMaxPool &pool, CUstream_st *stream)
{
    const std::int64_t of_group = pool.is_float ? 4 : 8;
    if (pool.channels % of_group != 0)
        return false;
    Places places;
    places.clips = static_cast<int>(pool.clips);
    places.groups = static_cast<int>(pool.channels / of_group);
    places.t = static_cast<int>(pool.size[0]);
    places.h = static_cast<int>(pool.size[1]);
    places.w = static_cast<int>(pool.size[2]);
    places.out_t = static_cast<int>(pool.outputs[0]);
    places.out_h = static_cast<int>(pool.outputs[1]);
    places.out_w = static_cast<int>(pool.outputs[2]);
    for (int i = 0; i < 3; ++i) {
        places.kernel[i] = static_cast<int>(pool.kernel[static_cast<std::size_t>(i)]);
        places.stride[i] = static_cast<int>(pool.stride[static_cast<std::size_t>(i)]);
        places.before[i] = static_cast<int>(pool.before[static_cast<std::size_t>(i)]);
    }
    const long long total = static_cast<long long>(pool.clips) * places.out_t * places.out_h *
                            places.out_w * places.groups;
    const auto blocks = static_cast<unsigned>((total + threads_of_block - 1) / threads_of_block);
    const auto *from = static_cast<const int4 *>(pool.from);
    auto *to = static_cast<int4 *>(pool.to);
    if (pool.is_float)
        pool_places<float><<<blocks, threads_of_block, 0, stream>>>(from, to, places, total);
    else if (pool.is_bfloat16)
        pool_places<__nv_bfloat16><<<blocks, threads_of_block, 0, stream>>>(from, to, places, total);
    else
        pool_places<__half><<<blocks, threads_of_block, 0, stream>>>(from, to, places, total);
    return cudaGetLastError() == cudaSuccess;
}

} // namespace fovea
