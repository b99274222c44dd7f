// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
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
        Mean, ///< mean of the best person's corners over the frames: Ballan 2021
        Union ///< box around every person of every frame: the compact network
    };

    Method method = Method::Union;
    ViewArea area = ViewArea::Frame; ///< the square stays inside this
    double margin = 1.15;            ///< side over the longer side of the box; Ballan 2021: 1
    float min_score = 0.5F;          ///< weaker persons are not looked at; Ballan 2021
    float motion =
        0; ///< of Union: least change of what moves most (UnseenMotion); 0: persons alone
};

constexpr Named<ActorOptions::Method> actor_methods[] = {
    {ActorOptions::Method::Mean, "mean", "Mean over the frames of each frame's best person"},
    {ActorOptions::Method::Union, "union", "Around every person of every frame"}};

/**
 * \brief The square (on the screen) around what was seen, shifted, not shrunk, to lie inside the view
 *
 * Same centre; its side is the longer side in pixels times the margin, at most the view's shorter
 * side: x0 = clamp(cx - side / 2, view x0, view x1 - side). Source: Ballan 2021
 */
Box actor_square(const Box &seen, const ActorOptions &options, ImageSize frame);

/** \brief Boxes of several frames made one; constant memory */
class ActorSightings
{
public:
    void add(const Box &box);

    /** \brief The mean of the corners, or the box around all; none when nothing was added */
    std::optional<Box> box(ActorOptions::Method method) const;

private:
    double x_min_ = 0; ///< sums of the corners
    double y_min_ = 0;
    double x_max_ = 0;
    double y_max_ = 0;
    Box union_;
    std::int64_t count_ = 0;
};

/**
 * \brief Over a whole video: the survey. Constant memory
 *
 * Persons are clipped to the view; those outside it and those under min_score are not looked at.
 * Mean leaves out persons carried over from an earlier frame (Person::detected): they would weigh
 * twice.
 */
class ActorSurvey
{
public:
    ActorSurvey(const ActorOptions &options, ImageSize frame) : options_(options), frame_(frame) {}

    void add(const std::vector<Person> &persons);

    /** \brief For what is added from now on, and the square around all */
    void set_options(const ActorOptions &options) { options_ = options; }

    /** \brief The actor's square; none when no frame held a person */
    std::optional<Box> box() const;

private:
    ActorOptions options_;
    ImageSize frame_;
    ActorSightings sightings_;
};

/** \brief The same over a causal window of time: for streams */
class ActorWindow
{
public:
    ActorWindow(const ActorOptions &options, ImageSize frame, Nanoseconds window);

    /**
     * \brief The actor's square over the last window, this frame included; none without a person
     * \param time of the frame; a frame is past when it is a whole window or more older
     */
    std::optional<Box> add(const std::vector<Person> &persons, Nanoseconds time);

    /** \brief For what is added from now on; what was seen in the window stays */
    void set_options(const ActorOptions &options, Nanoseconds window)
    {
        options_ = options;
        window_ = window;
    }

    void reset();

private:
    struct Entry {
        Nanoseconds time = 0;
        Box box;
    };

    ActorOptions options_;
    ImageSize frame_;
    Nanoseconds window_;
    std::deque<Entry> entries_;
};

} // namespace fovea
