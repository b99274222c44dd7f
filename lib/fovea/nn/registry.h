// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fovea/core/errors.h"

namespace fovea::nn {

/** \brief Makers, alone or with facts, by the name that cards use, in the order they are listed */
template <typename Maker>
using Registry = std::vector<std::pair<std::string, Maker>>;

template <typename Maker>
std::vector<std::string> names_of(const Registry<Maker> &registry)
{
    std::vector<std::string> names;
    for (const auto &known : registry)
        names.push_back(known.first);
    return names;
}

/** \throw Error Settings for an unknown name, listing those known; \a what names the setting */
template <typename Maker>
const Maker &entry(const Registry<Maker> &registry, const std::string &name,
                   const std::string &what)
{
    std::string names;
    for (const auto &known : registry) {
        if (known.first == name)
            return known.second;
        names += (names.empty() ? "" : ", ") + known.first;
    }
    throw Error(Error::Kind::Settings,
                what + " '" + name + "' is not known; expected one of " + names);
}

} // namespace fovea::nn
