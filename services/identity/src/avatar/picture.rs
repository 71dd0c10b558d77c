//! From whatever somebody sends to a small square picture. Nothing of the file goes on but what is seen: no place, no
//! camera, no second frame.

use std::io::Cursor;

use cims_proto::identity::v1::SetMyAvatarRequest;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};
use kit::{Failure, Violation, problem::code, schema::table_of};
use sha2::{Digest, Sha256};

/// Pixels of each side.
const SIDE: u32 = 256;
/// Most pixels of what is sent, and as people are told: a small file may unpack to gigabytes.
const MOST_PIXELS: u64 = 24_000_000;
const MOST_PIXELS_TOLD: &str = "24 MP";
/// Most memory that unpacking may take, in bytes: four for each pixel, and as much again for what a decoder works with.
const MEMORY_LIMIT: u64 = MOST_PIXELS * 8;
/// The better is taken whose result is small enough; the last always is.
const QUALITIES: [u8; 5] = [88, 75, 55, 30, 10];
/// Largest result, in bytes; the table says the same.
const LARGEST: usize = 30 * 1024;
pub const TOO_MANY_PIXELS: &str = "TOO_MANY_PIXELS";
const FORMATS: [ImageFormat; 3] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP];
const FORMATS_TOLD: &str = "PNG, JPEG, WebP";
const FILE: &str = "/file";

/// A picture as it is kept and shown.
#[derive(Debug)]
pub struct Picture {
    /// A JPEG.
    pub image: Vec<u8>,
    /// Its SHA-256, in hexadecimal.
    pub digest: String,
}

/// Makes a picture of a file: what it is, its bytes say. It takes up to a second and [`MEMORY_LIMIT`]: not for the async
/// threads, nor for many at once.
///
/// # Errors
/// `Invalid` with what is allowed.
pub fn of_file(bytes: &[u8]) -> Result<Picture, Failure> {
    let format = image::guess_format(bytes).ok().filter(|format| FORMATS.contains(format));
    let format = format.ok_or_else(|| refused(code::NOT_ALLOWED, FORMATS_TOLD))?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MEMORY_LIMIT);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(refused(TOO_MANY_PIXELS, MOST_PIXELS_TOLD));
    }
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    let image = small(&on_white(&picture.resize_to_fill(SIDE, SIDE, FilterType::Triangle)))?;
    let digest = hex::encode(Sha256::digest(&image));
    Ok(Picture { image, digest })
}

fn unreadable(error: ImageError) -> Failure {
    match error {
        ImageError::Limits(_) => refused(TOO_MANY_PIXELS, MOST_PIXELS_TOLD),
        _ => refused(code::FORMAT, FORMATS_TOLD),
    }
}

/// The pointer names the form's part.
fn refused(code: &'static str, allowed: &str) -> Failure {
    let field = table_of::<SetMyAvatarRequest>().field("image");
    let violation = field.map_or_else(|| Violation::new(FILE, code), |field| Violation::of(field, FILE, code));
    Failure::Invalid(vec![violation.allowed(allowed)])
}

/// JPEG has no transparency.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let pixels = picture.to_rgba8();
    RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [red, green, blue, alpha] = pixels.get_pixel(x, y).0;
        let blend = |color: u8| {
            let (color, alpha) = (u16::from(color), u16::from(alpha));
            u8::try_from((color * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([blend(red), blend(green), blend(blue)])
    })
}

fn small(picture: &RgbImage) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    for quality in QUALITIES {
        out.clear();
        JpegEncoder::new_with_quality(&mut out, quality).encode_image(picture).map_err(Failure::internal)?;
        if out.len() <= LARGEST {
            break;
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).expect("a format that is written");
        out.into_inner()
    }

    fn told(bytes: &[u8]) -> (&'static str, String) {
        match of_file(bytes) {
            Err(Failure::Invalid(violations)) => (violations[0].code, violations[0].allowed.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_format_becomes_a_square_jpeg_of_its_middle_on_white() {
        // Transparent, with a green square in its middle.
        let wide = RgbaImage::from_fn(600, 300, |x, _| match x {
            150..450 => Rgba([0, 200, 0, 255]),
            _ => Rgba([200, 0, 0, 255]),
        });
        let clear = RgbaImage::from_pixel(64, 64, Rgba([0, 0, 0, 0]));
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let picture = of_file(&written(&wide.clone().into(), format)).expect("a picture");
            let shown =
                image::load_from_memory_with_format(&picture.image, ImageFormat::Jpeg).expect("a JPEG").to_rgb8();
            assert_eq!(shown.dimensions(), (SIDE, SIDE));
            let near = |x: u32, y: u32, wanted: [u8; 3]| {
                shown.get_pixel(x, y).0.iter().zip(wanted).all(|(own, wanted)| own.abs_diff(wanted) < 16)
            };
            assert!(near(8, 8, [0, 200, 0]) && near(248, 248, [0, 200, 0]), "{format:?}: the sides are cut off");
            let white = of_file(&written(&clear.clone().into(), format)).expect("a picture");
            let shown = image::load_from_memory(&white.image).expect("a JPEG").to_rgb8();
            assert!(shown.get_pixel(128, 128).0.iter().all(|own| *own > 250), "{format:?}");
        }
        let rgb = DynamicImage::from(wide).to_rgb8();
        of_file(&written(&rgb.into(), ImageFormat::Jpeg)).expect("a picture");
    }

    /// A picture that cannot be packed is made worse until it is small.
    #[test]
    fn the_result_is_small_whatever_was_sent() {
        let mut seed = 1_u32;
        let noise = RgbaImage::from_fn(256, 256, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [red, green, blue, _] = seed.to_be_bytes();
            Rgba([red, green, blue, 255])
        });
        let picture = of_file(&written(&noise.into(), ImageFormat::Png)).expect("a picture");
        assert!(picture.image.len() <= LARGEST, "{}", picture.image.len());
    }

    #[test]
    fn what_is_no_picture_damaged_or_too_large_is_refused_with_what_is_allowed() {
        assert_eq!(told(b"%PDF-1.7"), (code::NOT_ALLOWED, FORMATS_TOLD.to_owned()));
        assert_eq!(told(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"), (code::NOT_ALLOWED, FORMATS_TOLD.to_owned()));
        assert_eq!(told(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), (code::NOT_ALLOWED, FORMATS_TOLD.to_owned()));
        let whole = written(&RgbaImage::new(64, 64).into(), ImageFormat::Png);
        assert_eq!(told(&whole[..whole.len() / 2]), (code::FORMAT, FORMATS_TOLD.to_owned()));
        // Its head says 60,000 x 60,000: a bomb.
        let mut bomb = whole;
        bomb[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        let sum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(told(&bomb), (TOO_MANY_PIXELS, MOST_PIXELS_TOLD.to_owned()));
    }

    /// CRC-32 as PNG has it.
    fn crc(bytes: &[u8]) -> u32 {
        let shift = |sum: u32| if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 };
        !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| shift(sum)))
    }
}
