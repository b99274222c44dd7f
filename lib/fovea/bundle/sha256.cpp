// SPDX-License-Identifier: MIT
#include "fovea/bundle/sha256.h"

#include <algorithm>
#include <memory>

#include <glib.h>

#include "fovea/core/mapped_file.h"

namespace fovea {

std::string sha256_of(const std::filesystem::path &file)
{
    constexpr std::size_t block = std::size_t{1} << 20;
    const MappedFile mapped(file, "file");
    const std::unique_ptr<GChecksum, decltype(&g_checksum_free)> sum(
        g_checksum_new(G_CHECKSUM_SHA256), g_checksum_free);
    for (std::string_view left = mapped.bytes(); !left.empty();
         left.remove_prefix(std::min(block, left.size())))
        g_checksum_update(sum.get(), reinterpret_cast<const guchar *>(left.data()),
                          static_cast<gssize>(std::min(block, left.size())));
    return g_checksum_get_string(sum.get());
}

std::string sha256_of_text(const std::string &text)
{
    const std::unique_ptr<gchar, decltype(&g_free)> sum(
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, text.c_str(), /*length=*/-1), g_free);
    return sum.get();
}

} // namespace fovea
