#pragma once

#include <filesystem>
#include <string>

namespace fovea {

/** \brief `fovea models calibrate`: settings as on the command line */
struct CalibrateOptions {
    std::string model = "watch";
    std::filesystem::path list;  ///< of labelled clips
    std::filesystem::path root;  ///< folder of the videos; empty: that of the list
    std::string split = "train"; ///< whose clips choose the ranges; those of val check them
    int clips = 64;              ///< looked at for the ranges
    std::string detector;        ///< hog or a bundle; empty: the card's
    std::filesystem::path cache; ///< of decoded frames; empty: the usual place
    int threads = 0;             ///< 0: a choice
    double least_cosine = 0.99;  ///< to fp32, or the ranges are refused
    double least_agreement = 0.98;
};

/**
 * \brief Chooses ranges for precision=int8 and writes them beside the model's weights if clips held
 * out from the choice say much the same in int8 as in fp32
 * \return exit code
 * \throw Error Settings with the figures when they do not; when the list or the model cannot be used
 */
int calibrate_model(const CalibrateOptions &options);

} // namespace fovea
