// SPDX-License-Identifier: MIT
#include "fovea/eval/detection_map.h"

#include <algorithm>
#include <set>

#include "fovea/core/errors.h"
#include "fovea/decide/time_interval.h"

namespace fovea {

namespace {

using Intervals = std::vector<ActionInterval>;

double overlap_of(const ActionInterval &a, const ActionInterval &b)
{
    return interval_overlap({a.start, a.end}, {b.start, b.end});
}

Intervals of_class(const Intervals &all, int label)
{
    Intervals some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                 [&](const ActionInterval &one) { return one.label == label; });
    return some;
}

Intervals of_video(const Intervals &all, const std::string &video)
{
    Intervals some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                 [&](const ActionInterval &one) { return one.video == video; });
    return some;
}

void sort_by_score(Intervals &found)
{
    std::stable_sort(
        found.begin(), found.end(),
        [](const ActionInterval &a, const ActionInterval &b) { return a.score > b.score; });
}

struct Matched {
    double score = 0;
    bool hit = false;
};

/** One video of THUMOS'14; \a found falls by score */
void match_video(const Intervals &found, const Intervals &truths, const Intervals &ambiguous,
                 double overlap, std::vector<Matched> &matched)
{
    std::vector<bool> taken(found.size());
    for (const ActionInterval &truth : truths) {
        double most = -1;
        std::size_t best = found.size();
        for (std::size_t i = 0; i < found.size(); ++i) {
            const double common = overlap_of(found[i], truth);
            if (!taken[i] && common > most) {
                most = common;
                best = i;
            }
        }
        if (best < found.size() && most > overlap)
            taken[best] = true;
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        const bool unclear =
            std::any_of(ambiguous.begin(), ambiguous.end(), [&](const ActionInterval &truth) {
                return overlap_of(found[i], truth) > 0;
            });
        if (taken[i] || !unclear)
            matched.push_back({found[i].score, taken[i]});
    }
}

/** The free truth a detection overlaps most; none: the size of \a truths */
std::size_t best_free(const ActionInterval &found, const Intervals &truths,
                      const std::vector<bool> &taken, double overlap)
{
    std::size_t best = truths.size();
    double most = overlap;
    for (std::size_t i = 0; i < truths.size(); ++i) {
        if (taken[i] || truths[i].video != found.video)
            continue;
        const double common = overlap_of(found, truths[i]);
        if (common >= most) { // the later of equals
            most = common;
            best = i;
        }
    }
    return best;
}

} // namespace

double thumos_average_precision(const Intervals &found, const Intervals &truths, int label,
                                double overlap)
{
    const Intervals own_truths = of_class(truths, label);
    const Intervals unclear = of_class(truths, ambiguous_label);
    Intervals own = of_class(found, label);
    if (own_truths.empty())
        return 0;
    sort_by_score(own);
    std::set<std::string> videos;
    for (const ActionInterval &one : own)
        videos.insert(one.video);
    std::vector<Matched> matched;
    for (const std::string &video : videos)
        match_video(of_video(own, video), of_video(own_truths, video), of_video(unclear, video),
                    overlap, matched);
    std::stable_sort(matched.begin(), matched.end(),
                     [](const Matched &a, const Matched &b) { return a.score > b.score; });
    double hits = 0;
    double sum = 0;
    for (std::size_t i = 0; i < matched.size(); ++i) {
        if (matched[i].hit)
            sum += ++hits / static_cast<double>(i + 1);
    }
    return sum / static_cast<double>(own_truths.size());
}

double activity_net_average_precision(const Intervals &found, const Intervals &truths, int label,
                                      double overlap)
{
    const Intervals own_truths = of_class(truths, label);
    Intervals own = of_class(found, label);
    if (own_truths.empty())
        return 0;
    std::reverse(own.begin(), own.end());
    sort_by_score(own);
    std::vector<bool> taken(own_truths.size());
    std::vector<double> precision;
    std::vector<double> recall;
    double hits = 0;
    for (const ActionInterval &one : own) {
        const std::size_t truth = best_free(one, own_truths, taken, overlap);
        if (truth < own_truths.size()) {
            taken[truth] = true;
            ++hits;
        }
        precision.push_back(hits / static_cast<double>(precision.size() + 1));
        recall.push_back(hits / static_cast<double>(own_truths.size()));
    }
    double area = 0;
    double best = 0;
    for (std::size_t i = precision.size(); i-- > 0;) {
        best = std::max(best, precision[i]); // from here on never more
        area += (recall[i] - (i > 0 ? recall[i - 1] : 0)) * best;
    }
    return area;
}

DetectionMap detection_map(const Intervals &found, const Intervals &truths, int classes,
                           double overlap, DetectionProtocol protocol)
{
    const auto check = [&](const ActionInterval &one, int least) {
        if (one.label < least || one.label >= classes)
            throw Error(Error::Kind::Settings, "detection: video '" + one.video + "' has label " +
                                                   std::to_string(one.label) + ", expected " +
                                                   std::to_string(least) + " to " +
                                                   std::to_string(classes - 1));
    };
    DetectionMap map;
    map.by_class.assign(static_cast<std::size_t>(std::max(classes, 0)), 0);
    map.has_truths.assign(map.by_class.size(), false);
    for (const ActionInterval &one : found)
        check(one, 0);
    for (const ActionInterval &truth : truths) {
        check(truth, ambiguous_label);
        if (truth.label != ambiguous_label)
            map.has_truths[static_cast<std::size_t>(truth.label)] = true;
    }
    const auto average_precision = protocol == DetectionProtocol::Thumos14
                                       ? thumos_average_precision
                                       : activity_net_average_precision;
    double count = 0;
    for (std::size_t label = 0; label < map.by_class.size(); ++label) {
        if (!map.has_truths[label])
            continue;
        map.by_class[label] = average_precision(found, truths, static_cast<int>(label), overlap);
        map.mean += map.by_class[label];
        ++count;
    }
    map.mean = count > 0 ? map.mean / count : 0;
    return map;
}

std::vector<double> protocol_overlaps(DetectionProtocol protocol)
{
    if (protocol == DetectionProtocol::Thumos14)
        return {0.1, 0.2, 0.3, 0.4, 0.5};
    return {0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95};
}

} // namespace fovea
