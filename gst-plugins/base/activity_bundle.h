// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/bundle/bundle.h"
#include "fovea/core/errors.h"

namespace fovea {

/** \brief What the property `model` names \throw Error as Bundle::open(); Settings where it recognises no activities */
inline Bundle activity_bundle(const std::string &model)
{
    Bundle bundle = Bundle::open(model);
    if (bundle.kind() != Bundle::Kind::Activity)
        throw Error(Error::Kind::Settings, "property model: bundle '" + model + "' " +
                                               what_it_does(bundle.kind()) +
                                               ", expected one that recognises activities");
    return bundle;
}

} // namespace fovea
