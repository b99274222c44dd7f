// SPDX-License-Identifier: MIT
#include "service/page/alarm_table.h"

#include <algorithm>
#include <cinttypes>
#include <tuple>

#include "fovea/core/clock_text.h"
#include "fovea/core/csv_field.h"
#include "fovea/core/formatted.h"
#include "fovea/core/percent.h"
#include "fovea/core/printable.h"
#include "fovea/core/text_file.h"
#include "fovea/core/utc.h"

namespace fovea {

namespace {

std::string time_cell(Nanoseconds time, bool by_video)
{
    if (!by_video)
        return to_utc_text(time);
    const std::int64_t ms = to_milliseconds(time);
    return formatted("%" PRId64 ".%03d", ms / 1000, static_cast<int>(ms % 1000));
}

/* As it opens, from any folder: what no cell can show as it is, is told as a URI */
std::string file_cell(const std::filesystem::path &file)
{
    if (file.empty())
        return "";
    const auto whole = std::filesystem::absolute(file);
    return csv_field(is_printable(whole.string()) ? whole.string() : file_uri(whole));
}

} // namespace

void sort_by_confidence(std::vector<AlarmRow> *rows)
{
    std::stable_sort(rows->begin(), rows->end(), [](const AlarmRow &a, const AlarmRow &b) {
        return std::tie(b.label.confidence, a.source, a.time.start) <
               std::tie(a.label.confidence, b.source, b.time.start);
    });
}

std::string to_csv(const std::vector<AlarmRow> &rows, bool by_video)
{
    std::string text = "confidence,label,source,start,end,model,file\n";
    for (const AlarmRow &row : rows) {
        text += formatted("%.4f,", static_cast<double>(row.label.confidence));
        text += csv_cell(row.label.label) + "," + csv_cell(row.source) + "," +
                time_cell(row.time.start, by_video) + "," + time_cell(row.time.end, by_video) +
                "," + csv_cell(row.model) + "," + file_cell(row.file) + "\n";
    }
    return text;
}

std::string first_in_words(const std::vector<AlarmRow> &rows, bool by_video, std::size_t most)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(most, rows.size()); ++i) {
        const auto &[label, source, time, model, file] = rows[i];
        const std::string when =
            by_video ? clock_text(to_seconds(time.start)) + "-" + clock_text(to_seconds(time.end))
                     : to_utc_text(time.start);
        text += printable(label.label) + " " + whole_percent(label.confidence) + "  ";
        text += when + "  " + printable(source) + "\n";
    }
    return text;
}

} // namespace fovea
