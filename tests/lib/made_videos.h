// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/train/data/clip_source.h"
#include "i420_picture.h"
#include "temporary_folder.h"

/** \brief A grey I420 picture: one luma value, brighter by 80 in a square of a quarter of its side */
class GreyPicture
{
public:
    explicit GreyPicture(int side) : side_(side), picture_({side, side}) {}

    /** \param left of the square, pixels; negative: there is none */
    const fovea::FrameView &filled(int luma, int left)
    {
        return picture_.filled([&](int x, int y) {
            const bool in_square = left >= 0 && x >= left && x < left + side_ / 4 &&
                                   y >= side_ / 2 && y < side_ * 3 / 4;
            return luma + (in_square ? 80 : 0);
        });
    }

private:
    int side_;
    fovea::I420Picture picture_;
};

/**
 * \brief Videos of 2.5 s by what their clip is labelled: "moving": a square that moves, else one that
 * stands; with the id "damaged": none, with "unkept": no room for it. Frames are as bright as the number
 * in the id says
 */
class MadeVideos : public fovea::ClipSource
{
public:
    static constexpr int side = 64;
    static constexpr double fps = 10;
    static constexpr int frames = 25;

    std::shared_ptr<const fovea::FrameFile> open(const fovea::ListedClip &clip) const override
    {
        if (clip.id.find("damaged") != std::string::npos)
            throw fovea::Error(fovea::Error::Kind::Settings, "cannot be decoded");
        if (clip.id.find("unkept") != std::string::npos)
            throw fovea::Error(fovea::Error::Kind::CannotWrite, "no space left");
        const std::lock_guard lock(mutex_);
        auto &file = files_[clip.id];
        if (file == nullptr)
            file = make(clip);
        return file;
    }

    std::string detector() const override { return "hog"; }

private:
    std::shared_ptr<const fovea::FrameFile> make(const fovea::ListedClip &clip) const
    {
        const auto path = folder_.path() / clip.id;
        fovea::FrameFileWriter writer(path, {{side, side}, fps, {}});
        const auto digits = clip.id.find_first_of("0123456789");
        const int brightness = digits == std::string::npos ? 0 : std::stoi(clip.id.substr(digits));
        GreyPicture picture(side);
        fovea::Person person;
        person.box = {0.25F, 0.25F, 0.5F, 0.5F};
        person.confidence = 0.9F;
        for (int i = 0; i < frames; ++i) {
            writer.add(picture.filled(16 + brightness, clip.label == "moving" ? i * 2 % 48 : 20),
                       {person});
        }
        writer.commit();
        return std::make_shared<fovea::FrameFile>(path);
    }

    TemporaryFolder folder_;
    mutable std::mutex mutex_; ///< guards what follows
    mutable std::map<std::string, std::shared_ptr<const fovea::FrameFile>> files_;
};
