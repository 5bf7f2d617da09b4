import { fileURLToPath } from 'node:url';
import type { EChartsCoreOption } from 'echarts/core';

const FONTS = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
  fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}`)),
);

/** The libraries of pictures are large: they come with the first picture, not with the start. */
const load = async () => {
  const [{ init, use }, { BarChart }, { GraphicComponent, GridComponent }, { SVGRenderer }, { Resvg }] =
    await Promise.all([
      import('echarts/core'),
      import('echarts/charts'),
      import('echarts/components'),
      import('echarts/renderers'),
      import('@resvg/resvg-js'),
    ]);
  use([BarChart, GraphicComponent, GridComponent, SVGRenderer]);
  return { init, Resvg };
};

let loaded: ReturnType<typeof load> | undefined;

/** A chart as a PNG. The same fonts everywhere: whichever the machine has are not looked at. */
export const png = async (
  option: EChartsCoreOption,
  size: { width: number; height: number },
): Promise<Uint8Array> => {
  loaded ??= load();
  const { init, Resvg } = await loaded;
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption(option);
    const drawing = new Resvg(chart.renderToSVGString(), {
      font: { fontFiles: FONTS, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
    });
    return drawing.render().asPng();
  } finally {
    chart.dispose();
  }
};
