#include "fovea/bundle/sha256.h"

#include <fstream>
#include <memory>
#include <vector>

#include <glib.h>

#include "fovea/core/errors.h"

namespace fovea {

std::string sha256_of(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        throw Error(Error::Kind::NotFound, "'" + file.string() + "' cannot be read");
    const std::unique_ptr<GChecksum, decltype(&g_checksum_free)> sum(
        g_checksum_new(G_CHECKSUM_SHA256), g_checksum_free);
    std::vector<char> block(std::size_t{1} << 20);
    do {
        stream.read(block.data(), static_cast<std::streamsize>(block.size()));
        g_checksum_update(sum.get(), reinterpret_cast<const guchar *>(block.data()),
                          static_cast<gssize>(stream.gcount()));
    } while (stream);
    if (stream.bad())
        throw Error(Error::Kind::NotFound, "'" + file.string() + "' cannot be read to its end");
    return g_checksum_get_string(sum.get());
}

} // namespace fovea
