// SPDX-License-Identifier: MIT
#include "fovea/decide/class_needs.h"

#include <algorithm>
#include <string>
#include <utility>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

/** \brief The MotionLayout of a row */
class RowPersons
{
public:
    RowPersons(const float *motion, const MotionLayout &layout) : motion_(motion), layout_(layout)
    {
    }

    bool is_there(int person) const
    {
        const float *place = place_of(person);
        return place[3] > 0 && place[4] > 0; // width and height
    }

    /** \brief Shares of the frame: the greater of width and height, as last seen */
    float size(int person) const
    {
        const float *place = place_of(person);
        return std::max(place[3], place[4]);
    }

    bool two_touch() const
    {
        for (int pair = 0; pair < MotionLayout::pairs; ++pair) {
            const float *values = motion_ + layout_.pairs_at() +
                                  std::int64_t{pair} * layout_.steps * MotionLayout::of_pair;
            for (int step = 0; step < layout_.steps; ++step, values += MotionLayout::of_pair)
                if (values[static_cast<int>(PairFeature::Overlap)] > 0)
                    return true;
        }
        return false;
    }

    bool goes_down(int person) const
    {
        const auto grows = [&](PersonFeature feature, float sign, float least) {
            float lowest = 0;
            for (int step = 0; step < layout_.steps; ++step) {
                const float value = sign * feature_of(person, step, feature);
                lowest = step == 0 ? value : std::min(lowest, value);
                if (value - lowest >= least)
                    return true;
            }
            return false;
        };
        return grows(PersonFeature::Y, 1, PersonsNeeds::descent) ||
               grows(PersonFeature::Height, -1, PersonsNeeds::descent) ||
               grows(PersonFeature::Aspect, 1, PersonsNeeds::widening);
    }

private:
    const float *place_of(int person) const
    {
        return motion_ + layout_.places() + std::int64_t{person} * MotionLayout::of_place;
    }

    float feature_of(int person, int step, PersonFeature feature) const
    {
        return motion_[(std::int64_t{person} * layout_.steps + step) * MotionLayout::of_person +
                       static_cast<int>(feature)];
    }

    const float *motion_;
    const MotionLayout &layout_;
};

/** \brief What is seen of the persons in the rows of a window */
struct PersonsSeen {
    bool anybody = false;
    bool two_touch = false;
    bool goes_down = false;
    float largest = 0; ///< share of the frame

    bool meets(PersonsNeed need) const
    {
        return need == PersonsNeed::TwoTouch ? two_touch : goes_down;
    }
};

class NeedsHead final : public ActivityHead
{
public:
    NeedsHead(std::unique_ptr<ActivityHead> head, const MotionLayout &layout, PersonsNeeds needs)
        : head_(std::move(head)), layout_(layout), needs_(std::move(needs))
    {
        if (head_->channels() < layout_.channels())
            throw Error(Error::Kind::Settings,
                        "needs: the head takes rows of " + std::to_string(head_->channels()) +
                            " channels, expected those of persons behind the network's, " +
                            std::to_string(layout_.channels()) + " or more");
    }

    HeadScores run(const Array &rows) override
    {
        HeadScores said = head_->run(rows);
        if (needs_.classes.size() > said.scores.size())
            throw Error(Error::Kind::Settings, "needs: of " +
                                                   std::to_string(needs_.classes.size()) +
                                                   " classes, the head gives " +
                                                   std::to_string(said.scores.size()) + " scores");
        const PersonsSeen seen = persons_in(rows);
        if (!seen.anybody)
            return said;
        said.too_far = seen.largest < needs_.least_person;
        for (std::size_t i = 0; i < said.scores.size(); ++i)
            scale(&said, i, factor_of(i, said.too_far, seen));
        return said;
    }

    std::int64_t channels() const override { return head_->channels(); }

private:
    PersonsSeen persons_in(const Array &rows) const
    {
        PersonsSeen seen;
        const std::int64_t all = rows.shape[2];
        for (std::int64_t row = 0; row < rows.shape[1]; ++row) { // of the first region
            const RowPersons persons(rows.values.data() + (row + 1) * all - layout_.channels(),
                                     layout_);
            for (int person = 0; person < MotionLayout::persons; ++person) {
                if (!persons.is_there(person))
                    continue;
                seen.anybody = true;
                seen.largest = std::max(seen.largest, persons.size(person));
                seen.goes_down = seen.goes_down || persons.goes_down(person);
            }
            seen.two_touch = seen.two_touch || persons.two_touch();
        }
        return seen;
    }

    float factor_of(std::size_t label, bool too_far, const PersonsSeen &seen) const
    {
        if (static_cast<int>(label) == needs_.normal)
            return 1;
        if (too_far)
            return 0;
        const bool asks = label < needs_.classes.size() && needs_.classes[label];
        return asks && !seen.meets(needs_.classes[label]->need) ? needs_.classes[label]->factor : 1;
    }

    void scale(HeadScores *said, std::size_t label, float factor) const
    {
        const float lost = (1 - factor) * said->scores[label];
        said->scores[label] -= lost;
        if (needs_.normal >= 0)
            said->scores[static_cast<std::size_t>(needs_.normal)] += lost;
    }

    std::unique_ptr<ActivityHead> head_;
    MotionLayout layout_;
    PersonsNeeds needs_;
};

} // namespace

bool PersonsNeeds::empty() const
{
    return least_person <= 0 &&
           std::none_of(classes.begin(), classes.end(),
                        [](const std::optional<ClassNeed> &need) { return need.has_value(); });
}

std::unique_ptr<ActivityHead> needs_head(std::unique_ptr<ActivityHead> head,
                                         const MotionLayout &layout, PersonsNeeds needs)
{
    return std::make_unique<NeedsHead>(std::move(head), layout, std::move(needs));
}

} // namespace fovea
