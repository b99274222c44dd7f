// SPDX-License-Identifier: MIT
#include "fovea/bench/peak.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include <omp.h>
#include <oneapi/dnnl/dnnl.hpp>
#if defined(__x86_64__) && defined(__GNUC__)
#include <sys/syscall.h>

#include <immintrin.h>
#include <unistd.h>
#endif

#include "fovea/bench/timed_work.h"
#include "fovea/core/json.h"
#include "fovea/engine/onednn/onednn_versions.h"
#include "fovea/engine/onednn/precision.h"
#include "fovea/engine/onednn/primitives.h"
#include "fovea/engine/threads.h"

namespace fovea {

namespace {

constexpr double large = 1e12;  ///< operations of a call that takes all cores
constexpr int burn_trials = 50; ///< of a few ms; the fastest counts: others may use the machine

/** A loop on registers: operations that one of its rounds does, and how to do so many rounds */
struct Burn {
    double operations; ///< a round; a multiplication and an addition are two
    void (*run)(long rounds);
};

/** Operations a nanosecond of \a threads cores that all burn: GFLOP/s */
double speed_of(const Burn &burn, int threads)
{
    constexpr long rounds = 400000;
    std::vector<TimedWork> one = {{"burn", [&] {
#pragma omp parallel for num_threads(threads) schedule(static, 1)
                                       for (int i = 0; i < threads; ++i)
                                           burn.run(rounds);
                                   }}};
    time_in_turns(one, burn_trials);
    return burn.operations * rounds * threads / one.front().minimum() / 1e6;
}

#if defined(__x86_64__) && defined(__GNUC__)

using Floats8 = float __attribute__((vector_size(32)));
using Floats16 = float __attribute__((vector_size(64)));
using Integers = int __attribute__((vector_size(64)));

constexpr int accumulators = 12; ///< enough to hide the latency of a multiply-and-add on two ports

/*
 * Each accumulator passes through an empty asm once a round, so that the compiler can neither fold
 * equal ones into one nor leave any out.
 */

__attribute__((target("avx2,fma"))) void burn_fma256(long rounds)
{
    std::array<Floats8, accumulators> sums;
    sums.fill(Floats8{} + 1);
    const __m256 factor = _mm256_set1_ps(0.999F);
    for (long round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
        for (Floats8 &sum : sums) {
            sum = _mm256_fmadd_ps(sum, factor, factor);
            asm volatile("" : "+x"(sum));
        }
    }
}

__attribute__((target("avx512f"))) void burn_fma512(long rounds)
{
    std::array<Floats16, accumulators> sums;
    sums.fill(Floats16{} + 1);
    const __m512 factor = _mm512_set1_ps(0.999F);
    for (long round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
        for (Floats16 &sum : sums) {
            sum = _mm512_fmadd_ps(sum, factor, factor);
            asm volatile("" : "+v"(sum));
        }
    }
}

__attribute__((target("avx512f,avx512bf16"))) void burn_bf16(long rounds)
{
    std::array<Floats16, accumulators> sums;
    sums.fill(Floats16{} + 1);
    const auto pairs = reinterpret_cast<__m512bh>(_mm512_set1_epi32(0x3f803f80)); // ones
    for (long round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
        for (Floats16 &sum : sums) {
            sum = _mm512_dpbf16_ps(sum, pairs, pairs);
            asm volatile("" : "+v"(sum));
        }
    }
}

__attribute__((target("avx512f,avx512vnni"))) void burn_vnni(long rounds)
{
    std::array<Integers, accumulators> sums;
    sums.fill(Integers{} + 1);
    const __m512i ones = _mm512_set1_epi8(1);
    for (long round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
        for (Integers &sum : sums) {
            sum = reinterpret_cast<Integers>(
                _mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sum), ones, ones));
            asm volatile("" : "+v"(sum));
        }
    }
}

constexpr int tile_rows = 16;
constexpr int tile_row_bytes = 64;

/** What LDTILECFG reads: Intel's Software Developer's Manual, volume 1, 18.3.1 */
struct TileShapes {
    std::uint8_t palette = 1;
    std::uint8_t start_row = 0;
    std::array<std::uint8_t, 14> reserved = {};
    std::array<std::uint16_t, 16> row_bytes = {};
    std::array<std::uint8_t, 16> rows = {};
};

static_assert(sizeof(TileShapes) == 64);

__attribute__((target("amx-tile"))) void shape_tiles()
{
    TileShapes shapes;
    std::fill_n(shapes.row_bytes.begin(), 8, tile_row_bytes);
    std::fill_n(shapes.rows.begin(), 8, tile_rows);
    asm volatile("" : : "r"(&shapes) : "memory"); // GCC thinks that only its first bytes are read
    _tile_loadconfig(&shapes);
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_zero(6);
    _tile_zero(7);
}

__attribute__((target("amx-tile,amx-bf16"))) void burn_bf16_tiles(long rounds)
{
    shape_tiles();
    for (long round = 0; round < rounds; ++round) {
        _tile_dpbf16ps(0, 6, 7);
        _tile_dpbf16ps(1, 6, 7);
        _tile_dpbf16ps(2, 6, 7);
        _tile_dpbf16ps(3, 6, 7);
    }
    _tile_release();
}

__attribute__((target("amx-tile,amx-int8"))) void burn_int8_tiles(long rounds)
{
    shape_tiles();
    for (long round = 0; round < rounds; ++round) {
        _tile_dpbusd(0, 6, 7);
        _tile_dpbusd(1, 6, 7);
        _tile_dpbusd(2, 6, 7);
        _tile_dpbusd(3, 6, 7);
    }
    _tile_release();
}

/** Whether the processor has tiles and the kernel lets this process use them */
bool tiles_allowed()
{
    constexpr long request_permission = 0x1023; ///< ARCH_REQ_XCOMP_PERM
    constexpr long tile_data = 18;              ///< XFEATURE_XTILEDATA
    return static_cast<int>(dnnl::get_effective_cpu_isa()) ==
               static_cast<int>(dnnl::cpu_isa::avx512_core_amx) &&
           syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

double fp32_on_registers(int threads)
{
    if (__builtin_cpu_supports("avx512f"))
        return speed_of({2.0 * 16 * accumulators, burn_fma512}, threads);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return speed_of({2.0 * 8 * accumulators, burn_fma256}, threads);
    return 0;
}

double bf16_on_registers(int threads)
{
    const double tiles =
        tiles_allowed() ? speed_of({2.0 * 16 * 16 * 32 * 4, burn_bf16_tiles}, threads) : 0;
    return std::max(tiles, speed_of({2.0 * 32 * accumulators, burn_bf16}, threads));
}

double int8_on_registers(int threads)
{
    const double tiles =
        tiles_allowed() ? speed_of({2.0 * 16 * 16 * 64 * 4, burn_int8_tiles}, threads) : 0;
    return std::max(tiles, speed_of({2.0 * 64 * accumulators, burn_vnni}, threads));
}

/* Of a register: what stands in the instruction newer processors (Intel Golden Cove) add several at a time before they run */
void add_in_a_row(long rounds)
{
    std::uint64_t sum = 0;
    const std::uint64_t one = 1;
    for (long round = 0; round < rounds; ++round) {
#pragma GCC unroll 32
        for (int i = 0; i < 32; ++i)
            asm volatile("add %1, %0" : "+r"(sum) : "r"(one));
    }
}

constexpr Burn additions = {32, add_in_a_row};

#else

bool tiles_allowed()
{
    return false;
}

double fp32_on_registers(int)
{
    return 0;
}

double bf16_on_registers(int)
{
    return 0;
}

double int8_on_registers(int)
{
    return 0;
}

void add_in_a_row(long rounds)
{
    for (volatile long round = 0; round < rounds; round = round + 1) {
    }
}

constexpr Burn additions = {1, add_in_a_row};

#endif

/** \param to of the product: integers add up to more than they are */
double product_speed(dnnl::memory::data_type of, dnnl::memory::data_type with,
                     dnnl::memory::data_type to, int threads)
{
    using dnnl::memory;
    constexpr std::int64_t product_size = 1536; ///< of a square matrix: 7.2 GFLOP
    const memory::dims dims = {product_size, product_size};
    const dnnl::engine &cpu = onednn_cpu();
    const auto description = describe<dnnl::matmul>(
        cpu, dnnl::primitive_attr(), memory::desc(dims, of, memory::format_tag::any),
        memory::desc(dims, with, memory::format_tag::any),
        memory::desc(dims, to, memory::format_tag::ab));
    memory a(description.src_desc(), cpu);
    memory b(description.weights_desc(), cpu);
    memory c(description.dst_desc(), cpu);
    for (memory *one : {&a, &b})
        std::memset(one->get_data_handle(), 0, one->get_desc().get_size());
    const dnnl::matmul product(description);
    dnnl::stream stream(cpu);
    const int before = omp_get_max_threads();
    omp_set_num_threads(threads);
    std::vector<TimedWork> one = {
        {"product", [&] {
             product.execute(stream, {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
             stream.wait();
         }}};
    time_in_turns(one, /*rounds=*/20);
    omp_set_num_threads(before);
    const auto size = static_cast<double>(product_size);
    return 2 * size * size * size / one.front().minimum() / 1e6;
}

} // namespace

double measured_clock(int threads)
{
    threads = threads_for(threads, large);
    return speed_of(additions, threads) / threads;
}

Json measured_peaks(int threads)
{
    threads = threads_for(threads, large);
    using type = dnnl::memory::data_type;
    const auto best = [&](double on_registers, type of, type with, type to) {
        return std::max(on_registers, product_speed(of, with, to, threads));
    };
    Json peaks;
    double in_three_products = 0; // fp32 as the engine runs it where there are tiles
    if (cpu_has_bf16()) {
        peaks["bf16"] = best(bf16_on_registers(threads), type::bf16, type::bf16, type::bf16);
        in_three_products = tiles_allowed() ? peaks["bf16"].get<double>() / 3 : 0;
    }
    peaks["fp32"] = std::max(in_three_products,
                             best(fp32_on_registers(threads), type::f32, type::f32, type::f32));
    if (cpu_has_int8())
        peaks["int8"] = best(int8_on_registers(threads), type::u8, type::s8, type::s32);
    return peaks;
}

} // namespace fovea
