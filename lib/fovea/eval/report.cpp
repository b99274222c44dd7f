// SPDX-License-Identifier: MIT
#include "fovea/eval/report.h"

#include <algorithm>
#include <numeric>

#include "fovea/core/json.h"
#include "fovea/core/names.h"
#include "fovea/core/percent.h"

namespace fovea {

namespace {

/** \brief Columns that a UTF-8 text takes, one a character: its bytes but for those that go on with one */
std::size_t columns_of(const std::string &text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80;
    }));
}

std::string padded(const std::string &text, std::size_t width)
{
    const std::size_t taken = columns_of(text);
    return std::string(width > taken ? width - taken : 0, ' ') + text;
}

/* "86.9 % (76.2 to 93.2, 53 of 61)" */
std::string share_text(const Share &share)
{
    if (share.total == 0)
        return "none";
    return percent_figure(share.value()) + " % (" + percent_figure(share.low()) + " to " +
           percent_figure(share.high()) + ", " + std::to_string(share.hits) + " of " +
           std::to_string(share.total) + ")";
}

/** \brief Of a class without clips there is none: its 0 would read as if all were missed */
std::string precision_figure(const ClassFigures &figures)
{
    return figures.recall.total == 0 ? "none" : percent_figure(figures.average_precision) + " %";
}

/** \brief The classes that no clip is of, which the figures say nothing of; empty: all were tested */
std::string untested(const Evaluation &evaluation)
{
    std::vector<std::string> labels;
    for (const ClassFigures &figures : evaluation.classes)
        if (figures.recall.total == 0)
            labels.push_back(figures.label);
    return labels.empty() ? "" : "not tested, for want of clips: " + joined(labels);
}

std::size_t longest_label(const Evaluation &evaluation)
{
    std::size_t length = 5;
    for (const ClassFigures &figures : evaluation.classes)
        length = std::max(length, columns_of(figures.label));
    return length;
}

std::string confusion_text(const Evaluation &evaluation)
{
    constexpr std::size_t widest = 200; // columns: of 174 classes with long names it were 17,000
    const std::size_t width = longest_label(evaluation) + 2;
    if (width * (evaluation.classes.size() + 1) > widest)
        return "\nconfusion: in the JSON and as a drawing\n";
    std::string text = "\nconfusion (rows: truth, columns: predicted)\n" + std::string(width, ' ');
    for (const ClassFigures &figures : evaluation.classes)
        text += padded(figures.label, width);
    for (std::size_t i = 0; i < evaluation.confusion.size(); ++i) {
        text += "\n" + padded(evaluation.classes[i].label, width);
        for (const std::int64_t count : evaluation.confusion[i])
            text += padded(std::to_string(count), width);
    }
    return text + "\n";
}

/** \brief The text of clips with any number of labels */
std::string precision_text(const Evaluation &evaluation)
{
    std::string text = "mAP  " + percent_figure(evaluation.mean_average_precision) +
                       " % (mean over the classes that some clip shows)\n\n";
    const std::size_t width = longest_label(evaluation);
    for (const ClassFigures &figures : evaluation.classes)
        text += padded(figures.label, width) + "  " +
                (figures.positives == 0 ? std::string("in no clip")
                                        : "AP " + percent_figure(figures.average_precision) +
                                              " %, in " + std::to_string(figures.positives)) +
                "\n";
    return text;
}

Json precision_json(const Evaluation &evaluation)
{
    Json json = {{"mean_average_precision", evaluation.mean_average_precision},
                 {"classes", Json::array()}};
    for (const ClassFigures &figures : evaluation.classes)
        json["classes"].push_back({{"label", figures.label},
                                   {"positives", figures.positives},
                                   {"average_precision", figures.average_precision}});
    return json;
}

} // namespace

Json to_json(const Share &share)
{
    return {{"value", share.value()},
            {"low", share.low()},
            {"high", share.high()},
            {"hits", share.hits},
            {"total", share.total}};
}

std::string to_text(const Evaluation &evaluation)
{
    if (evaluation.many_labels)
        return precision_text(evaluation);
    std::string text =
        "top-1                " + share_text(evaluation.top1) +
        (evaluation.classes.size() > 5 ? "\ntop-5                " + share_text(evaluation.top5)
                                       : "") + // of five classes or fewer it is always right
        "\nmean class accuracy  " +
        percent_figure(evaluation.mean_class_accuracy) + " %\nmAP                  " +
        percent_figure(evaluation.mean_average_precision) +
        " %\n(in brackets: 95 % interval by Wilson, clips)\n\n";
    const std::size_t width = longest_label(evaluation);
    for (const ClassFigures &figures : evaluation.classes)
        text += padded(figures.label, width) + "  recall " + share_text(figures.recall) +
                ", precision " + share_text(figures.precision) + ", AP " +
                precision_figure(figures) + "\n";
    if (const std::string labels = untested(evaluation); !labels.empty())
        text += labels + "\n";
    for (const auto &[group, share] : evaluation.groups)
        text += "group " + group + "  " + share_text(share) + "\n";
    return text + confusion_text(evaluation);
}

std::string to_sentence(const Evaluation &evaluation)
{
    if (evaluation.many_labels)
        return "mAP " + percent_figure(evaluation.mean_average_precision) + " % (" +
               std::to_string(evaluation.clips) + " clips with any number of labels).";
    const Share &top1 = evaluation.top1;
    std::string sentence = "top-1 " + percent_figure(top1.value()) + " % (" +
                           std::to_string(top1.hits) + " of " + std::to_string(top1.total) +
                           " clips; 95 % interval " + percent_figure(top1.low()) + " % to " +
                           percent_figure(top1.high()) + " %); recall";
    for (const ClassFigures &figures : evaluation.classes)
        if (figures.recall.total > 0)
            sentence += " " + figures.label + " " + percent_figure(figures.recall.value()) + " %,";
    const std::string labels = untested(evaluation);
    sentence.back() = labels.empty() ? '.' : ';';
    return labels.empty() ? sentence : sentence + " " + labels + ".";
}

Json to_json(const Evaluation &evaluation)
{
    if (evaluation.many_labels)
        return precision_json(evaluation);
    Json json = {{"top1", to_json(evaluation.top1)},
                 {"top5", to_json(evaluation.top5)},
                 {"mean_class_accuracy", evaluation.mean_class_accuracy},
                 {"mean_average_precision", evaluation.mean_average_precision},
                 {"classes", Json::array()},
                 {"confusion", evaluation.confusion},
                 {"groups", Json::object()}};
    for (const ClassFigures &figures : evaluation.classes)
        json["classes"].push_back({{"label", figures.label},
                                   {"recall", to_json(figures.recall)},
                                   {"precision", to_json(figures.precision)},
                                   {"average_precision", figures.average_precision}});
    for (const auto &[group, share] : evaluation.groups)
        json["groups"][group] = to_json(share);
    return json;
}

} // namespace fovea
