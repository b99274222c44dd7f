#include "options/model_choice.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

bool is_complete(const std::string &name)
{
    try {
        return Bundle::open(name).complete();
    } catch (const Error &error) {
        if (error.kind() == Error::Kind::NotFound)
            return false;
        throw;
    }
}

} // namespace

std::string choose_detector(const std::string &asked, const ActivityCard &card, std::string *note)
{
    note->clear();
    if (asked == "hog")
        return asked;
    if (!asked.empty()) {
        const Bundle bundle = Bundle::open(asked);
        if (bundle.kind() != Bundle::Kind::Detector)
            throw Error(Error::Kind::Settings, "detector '" + asked + "' " +
                                                   what_it_does(bundle.kind()) +
                                                   "; expected hog or one that finds persons "
                                                   "(fovea models list)");
        check_weights(bundle);
        return asked;
    }
    if (card.detector.empty() || card.detector == "hog")
        return "hog";
    if (is_complete(card.detector)) {
        check_weights(Bundle::open(card.detector));
        return card.detector;
    }
    *note = "note: detector hog; '" + card.detector +
            "', which the model was measured with, finds more: fovea models fetch " + card.detector;
    return "hog";
}

int threads_of_each(int asked, int jobs)
{
    if (asked > 0 || jobs <= 1)
        return asked;
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / jobs);
}

} // namespace fovea
