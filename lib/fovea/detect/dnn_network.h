// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "fovea/core/errors.h"
#include "fovea/core/image.h"
#include "fovea/detect/dnn_detector.h"
#include "fovea/detect/network_output.h"

namespace fovea {

/** \brief A detector's network, whatever runs it; one instance serves one thread */
class DnnNetwork
{
public:
    virtual ~DnnNetwork() = default;

    using Reader = std::function<void(const NetworkOutput &)>;

    /**
     * \param image of any size: stretched to the input
     * \param read is given each output, good until it returns
     * \throw Error Init, with the network's file, when the network fails, an output is not of 32-bit
     * floats, or \a read says that it is not what was expected
     */
    virtual void run(const RgbImage &image, const Reader &read) = 0;

    /** \brief The same \param planes R, G and B of the input's size, in [0, 1] */
    virtual void run(const float *planes, const Reader &read) = 0;

    /** \brief "OpenCV 4.6.0, fp32" */
    virtual std::string runtime() const = 0;

    /** \brief The class of persons in what it gives */
    virtual int person_class() const { return options_.person_class; }

    /** \brief See Detector::twin() */
    virtual std::unique_ptr<DnnNetwork> twin() const { return nullptr; }

    const DnnDetectorOptions &options() const { return options_; }

protected:
    explicit DnnNetwork(const DnnDetectorOptions &options) : options_(options) {}

    Error failed(const std::string &why) const;

    /** \brief Gives \a output to \a read, and its complaints the network's file */
    void give(const NetworkOutput &output, const Reader &read) const;

private:
    DnnDetectorOptions options_;
};

/** \brief What a network has to say */
enum class SoughtClasses {
    All,
    Person ///< of the others nothing, where that is less work; see DnnNetwork::person_class()
};

/** \throw Error as make_dnn_detector, but for the layout of its output */
std::unique_ptr<DnnNetwork> make_dnn_network(const DnnDetectorOptions &options,
                                             SoughtClasses sought = SoughtClasses::All);

} // namespace fovea
