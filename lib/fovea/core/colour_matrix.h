// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/image.h"

namespace fovea {

/**
 * \brief How a stream's colours are read
 * \param matrix its MatrixCoefficients, ISO/IEC 23091-2: 1 BT.709, 7 SMPTE 240M, 9 BT.2020; the latter two lie
 * far nearer to BT.709 than to BT.601
 */
constexpr Colorimetry colorimetry_of(unsigned matrix, bool full_range)
{
    return {matrix == 1 || matrix == 7 || matrix == 9 ? Colorimetry::Matrix::Bt709
                                                      : Colorimetry::Matrix::Bt601,
            full_range ? Colorimetry::Range::Full : Colorimetry::Range::Limited};
}

} // namespace fovea
