// SPDX-License-Identifier: MIT
#include "fovea/flow/flow_method.h"

#include "fovea/core/errors.h"

namespace fovea {

bool has_tvl1()
{
#ifdef FOVEA_TVL1
    return true;
#else
    return false;
#endif
}

void check_flow(Modality modality, FlowMethod method, const std::string &who)
{
    if (modality == Modality::Flow && method == FlowMethod::TvL1 && !has_tvl1())
        throw Error(Error::Kind::Settings,
                    who + ": this build lacks OpenCV's optflow; install libopencv-contrib-dev "
                          "and build again, or train with --flow dis");
}

} // namespace fovea
