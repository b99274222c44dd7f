// SPDX-License-Identifier: MIT
#include "fovea/store/work/shard.h"

#include <charconv>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/store/web_video.h"

namespace fovea {

namespace {

/** \brief FNV-1a of 64 bits, of the bytes of \a text (http://www.isthe.com/chongo/tech/comp/fnv) */
std::uint64_t fnv1a(const std::string &text)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : text)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    return hash;
}

/** \brief The path of \a file from \a root by their names; empty: it does not lie below */
std::filesystem::path inside(const std::filesystem::path &root, const std::filesystem::path &file)
{
    const auto path = file.lexically_normal().lexically_relative(root.lexically_normal());
    return path.empty() || *path.begin() == ".." ? std::filesystem::path() : path;
}

} // namespace

std::string fnv1a_text(const std::string &text)
{
    return formatted("%016llx", static_cast<unsigned long long>(fnv1a(text)));
}

bool Shard::holds(const std::string &name) const
{
    return fnv1a(name) % static_cast<std::uint64_t>(count) == static_cast<std::uint64_t>(index);
}

std::filesystem::path real_place(const std::filesystem::path &file)
{
    if (is_web_video(file.string()))
        return {};
    std::error_code error;
    auto whole = std::filesystem::absolute(file, error);
    while (!error && whole.has_relative_path() &&
           (whole.filename().empty() || whole.filename() == ".")) // behind a folder of frames
        whole = whole.parent_path();
    const auto folder = std::filesystem::weakly_canonical(whole.parent_path(), error);
    return error ? std::filesystem::path() : folder / whole.filename();
}

std::string name_below(const std::filesystem::path &root, const std::filesystem::path &file)
{
    if (is_web_video(file.string())) // a path of it is another text
        return file.string();
    if (root.empty())
        return file.string();
    const auto named = inside(root, file);
    return (named.empty() ? file : named).string();
}

std::filesystem::path place_below(const std::filesystem::path &root,
                                  const std::filesystem::path &file)
{
    if (auto named = inside(root, file); !named.empty())
        return named;
    std::error_code error;
    const auto real_root =
        std::filesystem::weakly_canonical(std::filesystem::absolute(root, error), error);
    return error ? std::filesystem::path() : inside(real_root, real_place(file));
}

Shard parse_shard(const std::string &text)
{
    const char *end = text.data() + text.size();
    Shard shard;
    const auto [slash, bad_index] = std::from_chars(text.data(), end, shard.index);
    if (bad_index == std::errc() && slash != end && *slash == '/') {
        const auto [rest, bad_count] = std::from_chars(slash + 1, end, shard.count);
        if (bad_count == std::errc() && rest == end && shard.index >= 0 &&
            shard.index < shard.count)
            return shard;
    }
    throw Error(Error::Kind::Settings, "shard '" + text +
                                           "': expected INDEX/COUNT with INDEX from 0 to COUNT - "
                                           "1, for example 0/4 to 3/4");
}

} // namespace fovea
