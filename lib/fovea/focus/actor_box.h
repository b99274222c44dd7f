#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/core/person.h"
#include "fovea/core/time.h"
#include "fovea/focus/region_grid.h"

namespace fovea {

struct ActorOptions {
    enum class Method {
        Mean, ///< mean of the best person's corners over the frames: spec A
        Union ///< box around every person of every frame: the compact network
    };

    Method method = Method::Union;
    ViewArea area = ViewArea::Frame; ///< the square stays inside this
    double margin = 1.15;            ///< side over the longer side of the box; spec A: 1
    float min_score = 0.5F;          ///< weaker persons are not looked at; spec A
};

/**
 * \brief The square (on the screen) around what was seen, shifted, not shrunk, to lie inside the view
 *
 * Same centre; its side is the longer side in pixels times the margin, at most the view's shorter
 * side: x0 = clamp(cx - side / 2, view x0, view x1 - side). Source: spec A, Actor focus
 */
Box actor_square(const Box &seen, const ActorOptions &options, ImageSize frame);

/** \brief Over a whole video: the survey. Constant memory */
class ActorSurvey
{
public:
    ActorSurvey(const ActorOptions &options, ImageSize frame) : options_(options), frame_(frame) {}

    void add(const std::vector<Person> &persons);

    /** \brief The actor's square; none when no frame held a person */
    std::optional<Box> box() const;

private:
    ActorOptions options_;
    ImageSize frame_;
};

/** \brief The same over a causal window of time: for streams */
class ActorWindow
{
public:
    ActorWindow(const ActorOptions &options, ImageSize frame, Nanoseconds window);

    /** \brief The actor's square over the last window, this frame included; none without a person */
    std::optional<Box> add(const std::vector<Person> &persons, Nanoseconds time);

    void reset();
};

} // namespace fovea
