// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief \a text as it stands between the tags of XML, HTML, SVG or WebVTT; not inside a tag */
std::string markup_escaped(const std::string &text);

} // namespace fovea
