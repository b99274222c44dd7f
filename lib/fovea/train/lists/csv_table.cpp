// SPDX-License-Identifier: MIT
#include "fovea/train/lists/csv_table.h"

#include <algorithm>
#include <utility>

#include <csv.h>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"

namespace fovea {

namespace {

void end_field(void *text, std::size_t size, void *rows)
{
    static_cast<CsvRows *>(rows)->back().emplace_back(static_cast<const char *>(text), size);
}

void end_row(int, void *data)
{
    auto &rows = *static_cast<CsvRows *>(data);
    if (!rows.back().empty())
        rows.emplace_back();
}

/** \brief Spreadsheets write `;` where the comma is the decimal point, or tabs */
char delimiter_of(const std::string &text)
{
    const std::string first = text.substr(0, text.find('\n'));
    for (const char delimiter : {',', ';', '\t'}) {
        if (first.find(delimiter) != std::string::npos)
            return delimiter;
    }
    return ',';
}

struct CsvText {
    std::string rows;
    char delimiter = ',';
};

/** \brief The text of a file; a first line `sep=;`, which tells Excel the delimiter, is no row of it */
CsvText read_delimited(const std::filesystem::path &file)
{
    std::string text = read_text(file, "list");
    const std::size_t end = text.find('\n');
    std::string first = text.substr(0, end);
    if (!first.empty() && first.back() == '\r')
        first.pop_back();
    if (first.size() == 5 && first.compare(0, 4, "sep=") == 0 && end != std::string::npos)
        return {text.substr(end + 1), first[4]};
    const char delimiter = delimiter_of(text);
    return {std::move(text), delimiter};
}

csv_parser parser_of(const CsvText &text)
{
    csv_parser parser = {};
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser, static_cast<unsigned char>(text.delimiter));
    return parser;
}

} // namespace

std::vector<std::string> csv_columns(const std::filesystem::path &file)
{
    const CsvText read = read_delimited(file);
    const std::string &text = read.rows;
    CsvRows rows(1);
    csv_parser parser = parser_of(read);
    for (std::size_t begin = 0; begin < text.size() && rows.size() == 1;) { // line by line
        const std::size_t size = std::min(text.find('\n', begin), text.size() - 1) + 1 - begin;
        if (csv_parse(&parser, text.data() + begin, size, end_field, end_row, &rows) != size)
            break;
        begin += size;
    }
    if (rows.size() == 1)
        csv_fini(&parser, end_field, end_row, &rows);
    csv_free(&parser);
    return rows.front();
}

CsvRows read_csv(const std::filesystem::path &file)
{
    const CsvText read = read_delimited(file);
    const std::string &text = read.rows;

    CsvRows rows(1);
    csv_parser parser = parser_of(read);
    const std::size_t parsed =
        csv_parse(&parser, text.data(), text.size(), end_field, end_row, &rows);
    const bool whole = parsed == text.size() && csv_fini(&parser, end_field, end_row, &rows) == 0;
    csv_free(&parser);
    if (!whole)
        throw Error(Error::Kind::Settings, "'" + file.string() + "' row " +
                                               std::to_string(rows.size()) +
                                               ": expected fields after RFC 4180, got a quote "
                                               "that stands alone; write \"\" for one inside");
    rows.pop_back();
    return rows;
}

} // namespace fovea
