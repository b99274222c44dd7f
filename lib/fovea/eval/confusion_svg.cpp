// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <numeric>

#include "fovea/core/formatted.h"
#include "fovea/eval/report.h"
#include "fovea/eval/svg.h"

namespace fovea {

namespace {

constexpr double cell = 44;         // pixels
constexpr double glyph = 7;         // width of a letter of 12 pixels, about
constexpr double gap = 10;          // pixels
constexpr double title_height = 40; // pixels

/** \brief White to deep blue */
std::string shade(double share)
{
    const auto channel = [&](int full) {
        return static_cast<int>(std::lround(255 + share * (full - 255)));
    };
    return formatted("#%02x%02x%02x", channel(0x14), channel(0x4e), channel(0x8c));
}

} // namespace

std::string to_svg(const Evaluation &evaluation)
{
    std::size_t longest = 5;
    for (const ClassFigures &figures : evaluation.classes)
        longest = std::max(longest, figures.label.size());
    const double margin = glyph * static_cast<double>(longest) + 2 * gap;
    const double top = title_height + margin;
    const double side = cell * static_cast<double>(evaluation.classes.size());

    std::string body =
        svg_text(gap, title_height - 2 * gap, "Confusion: truth by row, predicted by column", {14});
    for (std::size_t row = 0; row < evaluation.confusion.size(); ++row) {
        const auto &counts = evaluation.confusion[row];
        const double y = top + cell * static_cast<double>(row);
        const std::string label = evaluation.classes[row].label;
        body += svg_text(margin - gap, y + cell / 2 + 4, label, {12, "end"});
        const double x_label = margin + cell * (static_cast<double>(row) + 0.5) + 4;
        body += "<g transform=\"translate(" + svg_number(x_label) + "," + svg_number(top - gap) +
                ") rotate(-90)\">" + svg_text(0, 0, label, {}) + "</g>\n";

        const auto total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
        for (std::size_t column = 0; column < counts.size(); ++column) {
            const double share =
                total == 0 ? 0 : static_cast<double>(counts[column]) / static_cast<double>(total);
            const double x = margin + cell * static_cast<double>(column);
            body += "<rect x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\" width=\"" +
                    svg_number(cell) + "\" height=\"" + svg_number(cell) + "\" fill=\"" +
                    shade(share) + "\" stroke=\"#ccc\"/>\n";
            body += svg_text(x + cell / 2, y + cell / 2 + 4, std::to_string(counts[column]),
                             {12, "middle", share > 0.5 ? "#fff" : "#222"});
        }
    }
    return svg_document(margin + side + gap, top + side + gap, body);
}

} // namespace fovea
